package dev.culvert.kit.packetdrill;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Runs what stands between the marks of code in a script: the part of Python that assertions need. Statements: assert, print,
 * assignment, if with elif and else, pass. Nothing here can reach the outside.
 */
final class Snippet {
    /** One statement. */
    private record Line(int indent, String text) {}

    private final List<Line> lines;
    private final int line;
    private final Map<String, Object> variables;
    private final Consumer<String> printer;
    private int at;

    private Snippet(
            final List<Line> lines,
            final int line,
            final Map<String, Object> variables,
            final Consumer<String> printer) {
        this.lines = lines;
        this.line = line;
        this.variables = variables;
        this.printer = printer;
    }

    /**
     * Runs it.
     *
     * @param variables names and values; assignments change them
     * @throws Mismatch an assertion does not hold
     * @throws ScriptError it cannot be read
     */
    static void run(
            final String text, final int line, final Map<String, Object> variables, final Consumer<String> printer) {
        final Snippet snippet = new Snippet(split(text), line, variables, printer);
        try {
            snippet.block(0, true);
        } catch (final IllegalArgumentException wrong) {
            throw new ScriptError(line, "%{ }%: " + wrong.getMessage());
        }
    }

    // ------------------------------------------------------------------ statements from text

    private static List<Line> split(final String text) {
        final List<Line> lines = new ArrayList<>();
        final StringBuilder statement = new StringBuilder();
        int depth = 0;
        char quote = 0;
        boolean comment = false;
        for (int i = 0; i < text.length(); i++) {
            final char c = text.charAt(i);
            if (comment && c != '\n' || c == '\r') {
                continue;
            }
            comment = false;
            if (quote != 0) {
                quote = c == quote && text.charAt(i - 1) != '\\' ? 0 : quote;
            } else if (c == '"' || c == '\'') {
                quote = c;
            } else if (c == '#') {
                comment = true;
                continue;
            } else if (c == '\\' && i + 1 < text.length() && text.charAt(i + 1) == '\n') {
                i++;
                continue;
            } else if (c == '\n' && depth == 0 || c == ';') {
                add(lines, statement);
                continue;
            }
            depth += quote != 0 ? 0 : "([".indexOf(c) >= 0 ? 1 : ")]".indexOf(c) >= 0 ? -1 : 0;
            statement.append(c == '\n' ? ' ' : c);
        }
        add(lines, statement);
        return lines;
    }

    /** The first statement stands wherever the script put it: it has no indent. */
    private static void add(final List<Line> lines, final StringBuilder statement) {
        final String text = statement.toString();
        statement.setLength(0);
        if (!text.isBlank()) {
            final int indent = text.length() - text.stripLeading().length();
            lines.add(new Line(lines.isEmpty() ? 0 : indent, text.strip()));
        }
    }

    // ------------------------------------------------------------------ running

    /** Runs statements that are indented at least as far; passes over them when not active. */
    private void block(final int indent, final boolean active) {
        while (at < lines.size() && lines.get(at).indent() >= indent) {
            final Line here = lines.get(at);
            if (here.text().startsWith("if ") || here.text().startsWith("if(")) {
                choice(here, active);
            } else {
                at++;
                if (active) {
                    statement(here.text());
                }
            }
        }
    }

    private void choice(final Line first, final boolean active) {
        boolean open = active;
        String keyword = "if";
        while (keyword != null) {
            final String text = lines.get(at).text().substring(keyword.length());
            final int colon = colon(text);
            final boolean taken = open && (keyword.equals("else") || truth(text.substring(0, colon)));
            at++;
            final String rest = text.substring(colon + 1).strip();
            if (!rest.isEmpty() && taken) {
                statement(rest);
            }
            block(first.indent() + 1, taken);
            open &= !taken;
            keyword = at < lines.size() && lines.get(at).indent() == first.indent() ? alternative() : null;
        }
    }

    private String alternative() {
        final String text = lines.get(at).text();
        return text.startsWith("elif ") ? "elif" : text.startsWith("else") ? "else" : null;
    }

    private static int colon(final String text) {
        int depth = 0;
        for (int i = 0; i < text.length(); i++) {
            depth += "([".indexOf(text.charAt(i)) >= 0 ? 1 : ")]".indexOf(text.charAt(i)) >= 0 ? -1 : 0;
            if (text.charAt(i) == ':' && depth == 0) {
                return i;
            }
        }
        throw new IllegalArgumentException("expected ':'");
    }

    private boolean truth(final String condition) {
        final SnippetWords words = new SnippetWords(condition, line);
        return SnippetValues.truth(
                new SnippetExpressions(words, variables).expression().get());
    }

    private void statement(final String text) {
        final SnippetWords words = new SnippetWords(text, line);
        final SnippetExpressions expressions = new SnippetExpressions(words, variables);
        if (words.take("assert")) {
            check(text, words, expressions);
        } else if (words.peek().equals("print")) {
            words.next();
            print(words, expressions);
        } else if (words.peekNext().equals("=") || words.peekNext().matches("[-+*/%&|^]=")) {
            assign(words, expressions);
        } else if (!words.take("pass") && !words.peek().equals("import")) {
            variables.put("_", expressions.expression().get());
        } else {
            return;
        }
        if (!words.atEnd()) {
            throw new IllegalArgumentException("'" + words.peek() + "' is not expected in '" + text + "'");
        }
    }

    private void check(final String text, final SnippetWords words, final SnippetExpressions expressions) {
        final Supplier<Object> condition = expressions.expression();
        final Supplier<Object> message = words.take(",") ? expressions.expression() : null;
        if (!SnippetValues.truth(condition.get())) {
            throw new Mismatch(
                    line,
                    text + " does not hold" + (message == null ? "" : ": " + SnippetValues.show(message.get()))
                            + values(text));
        }
    }

    /** The values of the names in an assertion. */
    private String values(final String text) {
        final List<String> shown = new ArrayList<>();
        final SnippetWords words = new SnippetWords(text, line);
        while (!words.atEnd()) {
            final String word = words.next();
            if (variables.get(word) instanceof Long && word.startsWith("tcpi_")) {
                final String pair = word + " = " + variables.get(word);
                if (!shown.contains(pair)) {
                    shown.add(pair);
                }
            }
        }
        return shown.isEmpty() ? "" : " (" + String.join(", ", shown) + ")";
    }

    private void print(final SnippetWords words, final SnippetExpressions expressions) {
        final StringBuilder text = new StringBuilder();
        final boolean bracket = words.take("(");
        final List<Supplier<Object>> values = bracket ? expressions.elements(")") : List.of(expressions.expression());
        for (final Supplier<Object> value : values) {
            text.append(text.length() == 0 ? "" : " ").append(SnippetValues.show(value.get()));
        }
        printer.accept(text.toString());
    }

    private void assign(final SnippetWords words, final SnippetExpressions expressions) {
        final String name = words.next();
        final String operator = words.next();
        final Object value = expressions.expression().get();
        variables.put(
                name,
                operator.equals("=")
                        ? value
                        : SnippetValues.binary(operator.substring(0, 1), variables.get(name), value));
    }
}
