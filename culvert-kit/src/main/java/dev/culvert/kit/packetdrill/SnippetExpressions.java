package dev.culvert.kit.packetdrill;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** Reads an expression of {@code %{ }%} into something that computes its value when asked: Python's grammar from {@code if-else} down. */
final class SnippetExpressions {
    private static final List<List<String>> LEVELS = List.of(
            List.of("|"),
            List.of("^"),
            List.of("&"),
            List.of("<<", ">>"),
            List.of("+", "-"),
            List.of("*", "/", "//", "%"));
    private static final List<String> COMPARISONS = List.of("==", "!=", "<>", "<", "<=", ">", ">=");

    private final SnippetWords words;
    private final Map<String, Object> variables;

    SnippetExpressions(final SnippetWords words, final Map<String, Object> variables) {
        this.words = words;
        this.variables = variables;
    }

    Supplier<Object> expression() {
        final Supplier<Object> value = or();
        if (!words.take("if")) {
            return value;
        }
        final Supplier<Object> condition = or();
        expect("else");
        final Supplier<Object> otherwise = expression();
        return () -> SnippetValues.truth(condition.get()) ? value.get() : otherwise.get();
    }

    private void expect(final String word) {
        if (!words.take(word)) {
            throw new IllegalArgumentException("expected '" + word + "' but found '" + words.peek() + "'");
        }
    }

    private Supplier<Object> or() {
        Supplier<Object> left = and();
        while (words.take("or")) {
            final Supplier<Object> first = left;
            final Supplier<Object> second = and();
            left = () -> {
                final Object value = first.get();
                return SnippetValues.truth(value) ? value : second.get();
            };
        }
        return left;
    }

    private Supplier<Object> and() {
        Supplier<Object> left = not();
        while (words.take("and")) {
            final Supplier<Object> first = left;
            final Supplier<Object> second = not();
            left = () -> {
                final Object value = first.get();
                return SnippetValues.truth(value) ? second.get() : value;
            };
        }
        return left;
    }

    private Supplier<Object> not() {
        if (words.take("not")) {
            final Supplier<Object> inner = not();
            return () -> !SnippetValues.truth(inner.get());
        }
        return comparison();
    }

    /** Comparisons in a chain hold together: {@code 1 <= a < 3}. */
    private Supplier<Object> comparison() {
        final Supplier<Object> first = level(0);
        final List<String> operators = new ArrayList<>();
        final List<Supplier<Object>> operands = new ArrayList<>(List.of(first));
        for (String operator = comparisonHere(); operator != null; operator = comparisonHere()) {
            operators.add(operator);
            operands.add(level(0));
        }
        if (operators.isEmpty()) {
            return first;
        }
        return () -> {
            Object left = first.get();
            for (int i = 0; i < operators.size(); i++) {
                final Object right = operands.get(i + 1).get();
                if (!SnippetValues.compare(operators.get(i), left, right)) {
                    return false;
                }
                left = right;
            }
            return true;
        };
    }

    private String comparisonHere() {
        if (COMPARISONS.contains(words.peek())) {
            return words.next();
        }
        if (words.take("in")) {
            return "in";
        }
        if (words.peek().equals("not") && words.peekNext().equals("in")) {
            words.next();
            words.next();
            return "not in";
        }
        if (words.take("is")) {
            return words.take("not") ? "is not" : "is";
        }
        return null;
    }

    private Supplier<Object> level(final int depth) {
        if (depth == LEVELS.size()) {
            return unary();
        }
        Supplier<Object> left = level(depth + 1);
        while (LEVELS.get(depth).contains(words.peek())) {
            final String operator = words.next();
            final Supplier<Object> first = left;
            final Supplier<Object> second = level(depth + 1);
            left = () -> SnippetValues.binary(operator, first.get(), second.get());
        }
        return left;
    }

    private Supplier<Object> unary() {
        if (words.take("-")) {
            final Supplier<Object> inner = unary();
            return () -> SnippetValues.binary("-", 0L, inner.get());
        }
        if (words.take("+")) {
            return unary();
        }
        if (words.take("~")) {
            final Supplier<Object> inner = unary();
            return () -> ~SnippetValues.integer(inner.get());
        }
        final Supplier<Object> base = atom();
        if (!words.take("**")) {
            return base;
        }
        final Supplier<Object> exponent = unary();
        return () -> SnippetValues.binary("**", base.get(), exponent.get());
    }

    // ------------------------------------------------------------------ atoms

    private Supplier<Object> atom() {
        final String word = words.next();
        if (word.equals("(") || word.equals("[")) {
            return group(word.equals("(") ? ")" : "]");
        }
        if (word.isEmpty()) {
            throw new IllegalArgumentException("the statement ends too early");
        }
        final char first = word.charAt(0);
        if (first == '"' || first == '\'') {
            final StringBuilder text = new StringBuilder(unquoted(word));
            while (words.peek().startsWith("\"") || words.peek().startsWith("'")) {
                text.append(unquoted(words.next()));
            }
            return text::toString;
        }
        if (Character.isDigit(first) || first == '.' && word.length() > 1) {
            final Object value = literal(word);
            return () -> value;
        }
        if (!Character.isLetter(first) && first != '_') {
            throw new IllegalArgumentException("'" + word + "' is not expected here");
        }
        return words.take("(") ? call(word) : name(word);
    }

    private Supplier<Object> name(final String name) {
        return switch (name) {
            case "True" -> () -> true;
            case "False" -> () -> false;
            case "None" -> () -> null;
            default ->
                () -> {
                    if (variables.containsKey(name)) {
                        return variables.get(name);
                    }
                    throw new IllegalArgumentException("the name '" + name + "' is not known");
                };
        };
    }

    private Supplier<Object> group(final String end) {
        final List<Supplier<Object>> elements = elements(end);
        if (end.equals(")") && elements.size() == 1) {
            return elements.get(0);
        }
        return () -> {
            final List<Object> values = new ArrayList<>();
            elements.forEach(element -> values.add(element.get()));
            return values;
        };
    }

    /** Values up to a bracket; it is taken too. */
    List<Supplier<Object>> elements(final String end) {
        final List<Supplier<Object>> elements = new ArrayList<>();
        while (!words.take(end)) {
            elements.add(expression());
            if (!words.take(",")) {
                expect(end);
                break;
            }
        }
        return elements;
    }

    private Supplier<Object> call(final String function) {
        final List<Supplier<Object>> arguments = elements(")");
        return () -> {
            final List<Object> values = new ArrayList<>();
            arguments.forEach(argument -> values.add(argument.get()));
            return apply(function, values);
        };
    }

    private static Object apply(final String function, final List<Object> values) {
        final List<?> list = values.size() == 1 && values.get(0) instanceof List<?> inner ? inner : values;
        return switch (function) {
            case "abs" ->
                values.get(0) instanceof Double real
                        ? (Object) Math.abs(real)
                        : (Object) Math.abs(SnippetValues.integer(values.get(0)));
            case "min" -> list.stream().min(SnippetValues::order).orElse(null);
            case "max" -> list.stream().max(SnippetValues::order).orElse(null);
            case "int" -> (long) SnippetValues.real(values.get(0));
            case "round" -> Math.round(SnippetValues.real(values.get(0)));
            case "float" -> SnippetValues.real(values.get(0));
            case "bool" -> SnippetValues.truth(values.get(0));
            case "len" -> (long) (values.get(0) instanceof String text ? text.length() : list.size());
            case "str", "repr" -> SnippetValues.show(values.get(0));
            case "hex" -> "0x" + Long.toHexString(SnippetValues.integer(values.get(0)));
            default -> throw new IllegalArgumentException("the function '" + function + "' is not known");
        };
    }

    private static Object literal(final String word) {
        if (word.startsWith("0x")) {
            return Long.parseUnsignedLong(word.substring(2), 16);
        }
        return word.matches("[0-9]+") ? (Object) Long.valueOf(word) : (Object) Double.valueOf(word);
    }

    private static String unquoted(final String word) {
        return word.substring(1, word.length() - 1)
                .replace("\\n", "\n")
                .replace("\\t", "\t")
                .replace("\\\"", "\"")
                .replace("\\'", "'");
    }
}
