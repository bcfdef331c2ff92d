package dev.ringside.profiler.export;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import dev.ringside.profiler.Profile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The trap-cost page with a profile in it: one HTML file that needs nothing else and may load
 * nothing else. The page's sources are in {@code page/}: {@code page.html} with the markers {@code
 * <!--style-->}, {@code <!--script-->} and {@code <!--data-->}, {@code page.css}, and the ES
 * modules that {@code modules.txt} lists in the order of their dependencies, one a line.
 *
 * <p>The modules become one script: lines {@code import …;} go, and those that import types for
 * comments; {@code export} in front of a declaration goes, so names at the top of modules are
 * unique across them.
 */
public final class ProfileHtml {
  private static final String SOURCES = "/dev/ringside/profiler/page/";

  private static final Gson DATA = new GsonBuilder().disableHtmlEscaping().create();

  private ProfileHtml() {}

  /** The page as text. */
  public static String write(Profile profile) {
    String script = script();
    String style = source("page.css");
    String policy =
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none';"
            + " style-src 'unsafe-inline'; script-src 'sha256-"
            + sha256(script)
            + "'; base-uri 'none'; form-action 'none'\">\n";
    // So that no text of the guest's can end the element.
    String data = DATA.toJson(ProfileJson.tree(profile)).replace("<", "\\u003c");
    return source("page.html")
        .replace("<!--style-->", policy + "<style>\n" + style + "</style>")
        .replace(
            "<!--data-->", "<script type=\"application/json\" id=\"profile\">" + data + "</script>")
        .replace("<!--script-->", "<script type=\"module\">" + script + "</script>");
  }

  /** Writes the page to a file. */
  public static void write(Profile profile, Path file) throws IOException {
    Files.writeString(file, write(profile));
  }

  private static String script() {
    return source("modules.txt")
        .lines()
        .map(String::strip)
        .filter(name -> !name.isEmpty())
        .map(name -> "\n// " + name + "\n" + merged(source(name)))
        .collect(Collectors.joining());
  }

  /** A module's text as part of one script. */
  static String merged(String module) {
    return module
        .lines()
        .filter(line -> !(line.startsWith("import ") && line.stripTrailing().endsWith(";")))
        .filter(line -> !line.startsWith("/** @import "))
        .map(line -> line.startsWith("export ") ? line.substring("export ".length()) : line)
        .map(line -> line + "\n")
        .collect(Collectors.joining());
  }

  private static String source(String name) {
    try (@Nullable InputStream in = ProfileHtml.class.getResourceAsStream(SOURCES + name)) {
      if (in == null) {
        throw new IllegalStateException("the page's " + name + " is not in this build");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new IllegalStateException("the page's " + name + " cannot be read", e);
    }
  }

  private static String sha256(String text) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return Base64.getEncoder().encodeToString(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // Every Java platform has it.
    }
  }
}
