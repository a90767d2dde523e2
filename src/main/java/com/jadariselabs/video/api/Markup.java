package com.jadariselabs.video.api;

import org.jsoup.nodes.Element;
import org.jsoup.nodes.Node;
import org.jsoup.nodes.TextNode;
import org.jsoup.parser.Parser;
import org.jsoup.select.NodeVisitor;
import org.jspecify.annotations.Nullable;

/** HTML within a text. */
final class Markup {
  /** Markup within markup within markup…: more than this is no accident. */
  private static final int MOST_PASSES = 8;

  private Markup() {}

  /**
   * The text without tags, comments, scripts and styles; unchanged if there is none of them. Null
   * if that does not come to an end, since what remains of {@code <<b>b>} is a tag again.
   */
  static @Nullable String removed(String text) {
    String current = text;
    for (int pass = 0; pass < MOST_PASSES; pass++) {
      if (current.indexOf('<') < 0) {
        return current;
      }
      String once = parsed(current);
      if (once.equals(decoded(current)) || once.equals(current)) {
        return current;
      }
      current = once;
    }
    return null;
  }

  /** The text with its character references decoded. */
  static String decoded(String text) {
    return text.indexOf('&') < 0 ? text : Parser.unescapeEntities(text, false);
  }

  private static String parsed(String text) {
    StringBuilder kept = new StringBuilder(text.length());
    Parser.htmlParser()
        .parseFragmentInput(guarded(text), new Element("body"), "")
        .forEach(node -> node.traverse(new Keeping(kept)));
    return kept.toString();
  }

  /**
   * Makes plain text of what a parser would take for the beginning of a comment or a tag, and for
   * want of an end would swallow the rest with: {@code </3}, or a {@code <} after the last {@code
   * >}.
   */
  private static String guarded(String text) {
    int lastEnd = text.lastIndexOf('>');
    StringBuilder guarded = new StringBuilder(text.length() + 16);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean heart =
          c == '<'
              && text.startsWith("</", i)
              && i + 2 < text.length()
              && !Character.isLetter(text.charAt(i + 2))
              && text.charAt(i + 2) != '>';
      if (c == '<' && (i > lastEnd || heart)) {
        guarded.append("&lt;");
      } else {
        guarded.append(c);
      }
    }
    return guarded.toString();
  }

  /** Keeps text, with a space where blocks meet; drops scripts, styles and comments. */
  private record Keeping(StringBuilder kept) implements NodeVisitor {
    @Override
    public void head(Node node, int depth) {
      if (node instanceof TextNode text) {
        kept.append(text.getWholeText());
      } else {
        separate(node);
      }
    }

    @Override
    public void tail(Node node, int depth) {
      separate(node);
    }

    private void separate(Node node) {
      boolean block =
          node instanceof Element element
              && (element.isBlock() || element.nameIs("br"))
              && !element.nameIs("script")
              && !element.nameIs("style");
      if (block && kept.length() > 0 && !Character.isWhitespace(kept.charAt(kept.length() - 1))) {
        kept.append(' ');
      }
    }
  }
}
