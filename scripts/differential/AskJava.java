import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * Asks java.util.regex what patterns match. Lines of the input are `T text` and `P pattern`, percent-encoded. For each
 * pattern one line: `E reason`, or the bounds of all matches in each text: `0-1,2-2;;5-6`. `S` stands for a pattern that
 * takes Java too long.
 */
class AskJava {
  public static void main(String[] args) throws Exception {
    List<String> texts = new ArrayList<>();
    var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      String value = URLDecoder.decode(line.substring(2).replace("+", "%2B"), StandardCharsets.UTF_8);
      if (line.startsWith("T")) texts.add(value);
      else System.out.println(answer(value, texts));
    }
  }

  static String answer(String pattern, List<String> texts) {
    Pattern compiled;
    try {
      compiled = Pattern.compile(pattern);
    } catch (PatternSyntaxException error) {
      return "E " + error.getDescription().replace('\n', ' ');
    }
    List<String> all = new ArrayList<>();
    for (String text : texts) {
      List<String> bounds = new ArrayList<>();
      Matcher matcher = compiled.matcher(new Limited(text));
      try {
        while (matcher.find()) bounds.add(matcher.start() + "-" + matcher.end());
      } catch (TooSlow error) {
        return "S";
      }
      all.add(String.join(",", bounds));
    }
    return String.join(";", all);
  }

  static class TooSlow extends RuntimeException {}

  /** A text that gives its characters a limited number of times. */
  static class Limited implements CharSequence {
    private final String text;
    private int left = 200_000;

    Limited(String text) {
      this.text = text;
    }

    public char charAt(int index) {
      if (--left < 0) throw new TooSlow();
      return text.charAt(index);
    }

    public int length() {
      return text.length();
    }

    public CharSequence subSequence(int start, int end) {
      return text.subSequence(start, end);
    }

    public String toString() {
      return text;
    }
  }
}
