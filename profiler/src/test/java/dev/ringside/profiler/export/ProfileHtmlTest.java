package dev.ringside.profiler.export;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonParser;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The page is one file that holds everything, loads nothing, and no guest can break out of. */
class ProfileHtmlTest {
  private final String page = ProfileHtml.write(ProfileJsonTest.FULL);

  @Test
  void holdsTheProfile() {
    String data = only("<script type=\"application/json\" id=\"profile\">([^<]*)</script>");

    assertThat(ProfileJson.parse(data)).isEqualTo(ProfileJsonTest.FULL);
  }

  @Test
  void textOfTheGuestCannotEndTheElement() {
    assertThat(page).doesNotContain("show </script>").contains("show \\u003c/script>");
    assertThat(JsonParser.parseString("\"show \\u003c/script>\"").getAsString())
        .isEqualTo("show </script>");
  }

  @Test
  void holdsStyleAndOneScriptWithoutImportsAndExports() {
    assertThat(only("(?s)<style>(.*?)</style>")).isNotBlank();
    String script = only("(?s)<script type=\"module\">(.*?)</script>");

    assertThat(script.lines()).noneMatch(line -> line.startsWith("import "));
    assertThat(script.lines()).noneMatch(line -> line.startsWith("export "));
    assertThat(page)
        .doesNotContain("<!--style-->", "<!--script-->", "<!--data-->")
        .endsWith("</html>\n");
    assertThat(count("<script")).isEqualTo(2);
    assertThat(count("</script>")).isEqualTo(2);
  }

  @Test
  void loadsNothingAndMayNot() throws Exception {
    assertThat(page)
        .doesNotContainPattern("(?i)<link|<iframe|<img|\\ssrc=|@import|url\\(\\s*['\"]?http");
    String policy = only("<meta http-equiv=\"Content-Security-Policy\" content=\"([^\"]*)\">");
    String script = only("(?s)<script type=\"module\">(.*?)</script>");
    String hash =
        Base64.getEncoder()
            .encodeToString(
                MessageDigest.getInstance("SHA-256")
                    .digest(script.getBytes(StandardCharsets.UTF_8)));

    assertThat(policy).contains("default-src 'none'", "script-src 'sha256-" + hash + "'");
    assertThat(page.indexOf("Content-Security-Policy")).isLessThan(page.indexOf("<script"));
  }

  @Test
  void modulesBecomeOneScript() {
    String module =
        """
        import { a } from './a.js';
        export function b() {
          return ` export c`;
        }
        export const d = 1;
        """;

    assertThat(ProfileHtml.merged(module))
        .isEqualTo(
            """
            function b() {
              return ` export c`;
            }
            const d = 1;
            """);
  }

  private String only(String pattern) {
    Matcher m = Pattern.compile(pattern).matcher(page);
    assertThat(m.find()).as(pattern).isTrue();
    String found = m.group(1);
    assertThat(m.find()).as("another " + pattern).isFalse();
    return found;
  }

  private long count(String text) {
    return Pattern.compile(Pattern.quote(text)).matcher(page).results().count();
  }
}
