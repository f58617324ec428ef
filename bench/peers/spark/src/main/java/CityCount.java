import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.from_json;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import org.apache.spark.api.java.function.VoidFunction2;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.OutputMode;
import org.apache.spark.sql.streaming.Trigger;

/**
 * Counts events by properties.city from a topic's start to its present end, with Spark Structured Streaming on the cores of this
 * machine. Offsets and counts are in the query's checkpoint; each batch writes all counts to a file anew, which is exactly once.
 *
 * <p>Arguments: BROKER TOPIC FOLDER
 */
public class CityCount {
  public static void main(String[] args) throws Exception {
    Path folder = Path.of(args[2]);
    SparkSession spark =
        SparkSession.builder()
            .appName("citycount")
            .master("local[*]")
            .config("spark.ui.enabled", "false")
            // By default 200, for clusters.
            .config("spark.sql.shuffle.partitions", Runtime.getRuntime().availableProcessors())
            .config("spark.local.dir", folder.resolve("local").toString())
            .getOrCreate();
    Dataset<Row> counts =
        spark
            .readStream()
            .format("kafka")
            .option("kafka.bootstrap.servers", args[0])
            .option("subscribe", args[1])
            .option("startingOffsets", "earliest")
            .option("maxOffsetsPerTrigger", 200_000)
            .load()
            .select(
                from_json(
                        col("value").cast("string"),
                        "properties STRUCT<city: STRING>",
                        Map.of("mode", "FAILFAST"))
                    .as("event"))
            .groupBy(col("event.properties.city"))
            .count();
    counts
        .writeStream()
        .outputMode(OutputMode.Complete())
        .option("checkpointLocation", folder.resolve("checkpoint").toString())
        .trigger(Trigger.AvailableNow())
        .foreachBatch((VoidFunction2<Dataset<Row>, Long>) (batch, id) -> replace(batch, folder.resolve("counts.jsonl")))
        .start()
        .awaitTermination();
    System.out.print(Files.readString(folder.resolve("counts.jsonl")));
    spark.stop();
  }

  private static void replace(Dataset<Row> batch, Path file) throws IOException {
    Path temporary = file.resolveSibling("counts.new");
    Files.write(temporary, batch.toJSON().collectAsList());
    Files.move(temporary, file, StandardCopyOption.REPLACE_EXISTING);
  }
}
