import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StoreQueryParameters;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.QueryableStoreTypes;
import org.apache.kafka.streams.state.Stores;

/**
 * Counts events by properties.city from a topic's start to its present end, with Kafka Streams. The counts are in a store with
 * a changelog and are committed with the offsets (exactly_once_v2); they are printed at the end. The Processor API counts where
 * the record is read: the DSL's groupBy would first write each record into a topic of its own.
 *
 * <p>Arguments: BROKER TOPIC FOLDER APPLICATION-ID
 */
public class CityCount {
  private static final ObjectMapper JSON = new ObjectMapper();

  public static void main(String[] args) throws Exception {
    String broker = args[0];
    String topic = args[1];
    Properties config = new Properties();
    config.put(StreamsConfig.APPLICATION_ID_CONFIG, args[3]);
    config.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, broker);
    config.put(StreamsConfig.STATE_DIR_CONFIG, args[2]);
    config.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
    config.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, 1000);
    config.put(StreamsConfig.REPLICATION_FACTOR_CONFIG, 1);
    config.put(StreamsConfig.consumerPrefix("auto.offset.reset"), "earliest");
    config.put(StreamsConfig.consumerPrefix("max.partition.fetch.bytes"), 8 << 20);
    config.put(StreamsConfig.consumerPrefix("max.poll.records"), 10_000);

    Map<Integer, Long> ends = ends(broker, topic);
    CountDownLatch unread = new CountDownLatch(ends.size());
    Topology topology =
        new Topology()
            .addSource("events", Serdes.Bytes().deserializer(), Serdes.ByteArray().deserializer(), topic)
            .addProcessor("count", () -> new Counter(ends, unread), "events")
            .addStateStore(
                Stores.keyValueStoreBuilder(
                        Stores.persistentKeyValueStore("counts"), Serdes.String(), Serdes.Long())
                    .withCachingEnabled(),
                "count");
    try (KafkaStreams streams = new KafkaStreams(topology, config)) {
      streams.start();
      unread.await();
      Map<String, Long> counts = new TreeMap<>();
      var store = QueryableStoreTypes.<String, Long>keyValueStore();
      try (var all = streams.store(StoreQueryParameters.fromNameAndType("counts", store)).all()) {
        all.forEachRemaining(entry -> counts.put(entry.key, entry.value));
      }
      streams.close();
      System.out.println(JSON.writeValueAsString(counts));
    }
  }

  private static Map<Integer, Long> ends(String broker, String topic) throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker))) {
      var partitions =
          admin.describeTopics(List.of(topic)).allTopicNames().get().get(topic).partitions();
      Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
      partitions.forEach(p -> asked.put(new TopicPartition(topic, p.partition()), OffsetSpec.latest()));
      Map<Integer, Long> ends = new ConcurrentHashMap<>();
      admin.listOffsets(asked).all().get().forEach((partition, end) -> {
        if (end.offset() > 0) ends.put(partition.partition(), end.offset());
      });
      return ends;
    }
  }

  private static class Counter implements Processor<Bytes, byte[], Void, Void> {
    private final Map<Integer, Long> ends;
    private final CountDownLatch unread;
    private ProcessorContext<Void, Void> context;
    private KeyValueStore<String, Long> counts;

    Counter(Map<Integer, Long> ends, CountDownLatch unread) {
      this.ends = ends;
      this.unread = unread;
    }

    @Override
    public void init(ProcessorContext<Void, Void> context) {
      this.context = context;
      this.counts = context.getStateStore("counts");
    }

    @Override
    public void process(Record<Bytes, byte[]> event) {
      String city;
      try {
        city = JSON.readTree(event.value()).path("properties").path("city").asText();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      Long count = counts.get(city);
      counts.put(city, count == null ? 1 : count + 1);
      var at = context.recordMetadata().orElseThrow();
      Long end = ends.get(at.partition());
      if (end != null && at.offset() + 1 >= end && ends.remove(at.partition()) != null) unread.countDown();
    }
  }
}
