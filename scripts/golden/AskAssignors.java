import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerPartitionAssignor;
import org.apache.kafka.clients.consumer.ConsumerPartitionAssignor.GroupSubscription;
import org.apache.kafka.clients.consumer.ConsumerPartitionAssignor.Subscription;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.RangeAssignor;
import org.apache.kafka.clients.consumer.internals.ConsumerProtocol;
import org.apache.kafka.common.Cluster;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;

/**
 * Asks the Java client's assignors. A line of the input is a case: `topic:count,… member,instance,generation,topics,owned;…`
 * with topics as `a+b` and owned partitions as `a/0+a/1`; `-` stands for nothing. For each case two lines, of range and of
 * cooperative-sticky: `member=a/0+a/1;…`. `S …` and `A …` ask for the bytes of a Subscription (of one member) and of an
 * Assignment (of the partitions that it owns), in hexadecimal.
 */
class AskAssignors {
  public static void main(String[] args) throws Exception {
    var in = new BufferedReader(new InputStreamReader(System.in));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      String[] parts = line.split(" ");
      if (parts[0].equals("S")) System.out.println(hex(ConsumerProtocol.serializeSubscription(subscription(parts[1]))));
      else if (parts[0].equals("A")) System.out.println(hex(ConsumerProtocol.serializeAssignment(assignment(parts[1]))));
      else for (var assignor : List.of(new RangeAssignor(), new CooperativeStickyAssignor())) {
        System.out.println(answer(assignor, parts[0], parts[1]));
      }
    }
  }

  static String answer(ConsumerPartitionAssignor assignor, String topics, String members) {
    Map<String, Subscription> subscriptions = new TreeMap<>();
    for (String member : members.split(";")) subscriptions.put(member.split(",")[0], subscription(member));
    var given = assignor.assign(cluster(topics), new GroupSubscription(subscriptions)).groupAssignment();
    return new TreeMap<>(given).entrySet().stream()
        .map(each -> each.getKey() + "=" + text(each.getValue().partitions()))
        .collect(Collectors.joining(";"));
  }

  static Cluster cluster(String topics) {
    Node node = new Node(0, "localhost", 9092);
    Node[] nodes = {node};
    List<PartitionInfo> partitions = new ArrayList<>();
    for (String topic : list(topics, ",")) {
      String[] pair = topic.split(":");
      for (int i = 0; i < Integer.parseInt(pair[1]); i++) partitions.add(new PartitionInfo(pair[0], i, node, nodes, nodes));
    }
    return new Cluster("c", List.of(node), partitions, java.util.Set.of(), java.util.Set.of());
  }

  static Subscription subscription(String member) {
    String[] fields = member.split(",");
    int generation = Integer.parseInt(fields[2]);
    ByteBuffer userData = ByteBuffer.allocate(4).putInt(0, generation);
    var made = new Subscription(list(fields[3], "\\+"), userData, partitions(fields[4]), generation, Optional.empty());
    if (!fields[1].equals("-")) made.setGroupInstanceId(Optional.of(fields[1]));
    return made;
  }

  static ConsumerPartitionAssignor.Assignment assignment(String member) {
    return new ConsumerPartitionAssignor.Assignment(partitions(member.split(",")[4]));
  }

  static List<TopicPartition> partitions(String keys) {
    return list(keys, "\\+").stream().map(key -> {
      int slash = key.lastIndexOf('/');
      return new TopicPartition(key.substring(0, slash), Integer.parseInt(key.substring(slash + 1)));
    }).collect(Collectors.toList());
  }

  static List<String> list(String text, String separator) {
    return text.equals("-") ? List.of() : List.of(text.split(separator));
  }

  static String text(List<TopicPartition> partitions) {
    if (partitions.isEmpty()) return "-";
    return partitions.stream().map(at -> at.topic() + "/" + at.partition()).sorted().collect(Collectors.joining("+"));
  }

  static String hex(ByteBuffer bytes) {
    byte[] copy = new byte[bytes.remaining()];
    bytes.get(copy);
    return HexFormat.of().formatHex(copy);
  }
}
