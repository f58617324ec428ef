// Standard input → snappy and LZ4 as Java producers write them: `java -cp 'JARS/*' CodecStreams.java HOW`, to standard output.

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.util.Arrays;
import org.apache.kafka.common.compress.Lz4BlockOutputStream;
import org.xerial.snappy.Snappy;
import org.xerial.snappy.SnappyOutputStream;

public class CodecStreams {
  public static void main(String[] args) throws Exception {
    byte[] in = System.in.readAllBytes();
    byte[] first = Arrays.copyOfRange(in, 0, in.length / 2);
    byte[] second = Arrays.copyOfRange(in, in.length / 2, in.length);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    switch (args[0]) {
      case "snappy-raw" -> out.write(Snappy.compress(in));
      case "snappy-xerial" -> close(new SnappyOutputStream(out, 1024), in);
      case "snappy-two" -> {
        close(new SnappyOutputStream(out), first);
        close(new SnappyOutputStream(out), second);
      }
      case "lz4-kafka" -> close(new Lz4BlockOutputStream(out, 4, 9, true, false), in);
      default -> throw new IllegalArgumentException(args[0]);
    }
    System.out.write(out.toByteArray());
    System.out.flush();
  }

  private static void close(OutputStream stream, byte[] bytes) throws Exception {
    stream.write(bytes);
    stream.close();
  }
}
