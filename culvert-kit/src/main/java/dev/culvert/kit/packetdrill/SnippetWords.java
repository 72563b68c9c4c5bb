package dev.culvert.kit.packetdrill;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Words of one statement in {@code %{ }%}, with a place in them. */
final class SnippetWords {
    private static final Pattern WORD = Pattern.compile("\\s*(0x[0-9a-fA-F]+|[0-9]*\\.[0-9]+(?:[eE][+-]?[0-9]+)?"
            + "|[0-9]+(?:[eE][+-]?[0-9]+)?|[A-Za-z_][A-Za-z_0-9]*|\"(?:\\\\.|[^\"\\\\])*\"|'(?:\\\\.|[^'\\\\])*'"
            + "|\\*\\*|//|<<|>>|==|!=|<>|<=|>=|[-+*/%&|^]=|[-+*/%&|^~<>=(),\\[\\].:])");

    private final List<String> words = new ArrayList<>();
    private int at;

    SnippetWords(final String statement, final int line) {
        final Matcher matcher = WORD.matcher(statement);
        int end = 0;
        while (end < statement.length() && !statement.substring(end).isBlank()) {
            if (!matcher.region(end, statement.length()).lookingAt()) {
                throw new ScriptError(
                        line, "%{ }%: cannot read '" + statement.substring(end).strip() + "'");
            }
            words.add(matcher.group(1));
            end = matcher.end();
        }
    }

    /** The word here; empty at the end. */
    String peek() {
        return at < words.size() ? words.get(at) : "";
    }

    String peekNext() {
        return at + 1 < words.size() ? words.get(at + 1) : "";
    }

    String next() {
        final String word = peek();
        at++;
        return word;
    }

    boolean take(final String word) {
        final boolean there = peek().equals(word);
        if (there) {
            at++;
        }
        return there;
    }

    boolean atEnd() {
        return at >= words.size();
    }
}
