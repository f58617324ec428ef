import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.serialization.AbstractDeserializationSchema;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.flink.core.execution.CheckpointingMode;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;

/**
 * Counts events by properties.city from a topic's start to its present end, with Flink's DataStream API in one process. Offsets
 * and counts are in checkpoints of one second, exactly once; the counts are printed at the end.
 *
 * <p>Arguments: BROKER TOPIC FOLDER
 */
public class CityCount {
  public static void main(String[] args) throws Exception {
    Configuration config = new Configuration();
    config.set(CheckpointingOptions.CHECKPOINT_STORAGE, "filesystem");
    config.set(CheckpointingOptions.CHECKPOINTS_DIRECTORY, "file://" + args[2]);
    StreamExecutionEnvironment env =
        StreamExecutionEnvironment.createLocalEnvironment(Runtime.getRuntime().availableProcessors(), config);
    env.enableCheckpointing(1000, CheckpointingMode.EXACTLY_ONCE);
    env.getConfig().enableObjectReuse();
    KafkaSource<String> source =
        KafkaSource.<String>builder()
            .setBootstrapServers(args[0])
            .setTopics(args[1])
            .setGroupId("citycount")
            .setStartingOffsets(OffsetsInitializer.earliest())
            .setBounded(OffsetsInitializer.latest())
            .setProperty("isolation.level", "read_committed")
            .setProperty("max.partition.fetch.bytes", String.valueOf(8 << 20))
            .setValueOnlyDeserializer(new City())
            .build();
    Map<String, Long> counts = new TreeMap<>();
    try (var rows =
        env.fromSource(source, WatermarkStrategy.noWatermarks(), "events")
            .keyBy(city -> city)
            .process(new Counter())
            .executeAndCollect("citycount")) {
      rows.forEachRemaining(row -> counts.put(row.f0, row.f1));
    }
    System.out.println(new ObjectMapper().writeValueAsString(counts));
  }

  private static class City extends AbstractDeserializationSchema<String> {
    private transient ObjectMapper json;

    @Override
    public void open(InitializationContext context) {
      json = new ObjectMapper();
    }

    @Override
    public String deserialize(byte[] event) throws IOException {
      return json.readTree(event).path("properties").path("city").asText();
    }
  }

  /** Gives a key's count when the input has ended, which is when the watermark is the last one. */
  private static class Counter extends KeyedProcessFunction<String, String, Tuple2<String, Long>> {
    private transient ValueState<Long> count;

    @Override
    public void open(OpenContext context) {
      count = getRuntimeContext().getState(new ValueStateDescriptor<>("count", Types.LONG));
    }

    @Override
    public void processElement(String city, Context context, Collector<Tuple2<String, Long>> out)
        throws IOException {
      Long before = count.value();
      if (before == null) context.timerService().registerEventTimeTimer(Long.MAX_VALUE);
      count.update(before == null ? 1 : before + 1);
    }

    @Override
    public void onTimer(long time, OnTimerContext context, Collector<Tuple2<String, Long>> out)
        throws IOException {
      out.collect(Tuple2.of(context.getCurrentKey(), count.value()));
    }
  }
}
