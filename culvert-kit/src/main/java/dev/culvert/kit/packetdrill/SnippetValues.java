package dev.culvert.kit.packetdrill;

import java.math.BigInteger;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Arithmetic and comparison on the values of {@code %{ }%}: Long, Double, Boolean, String, List and null, as in Python. */
final class SnippetValues {
    private static final Pattern CONVERSION = Pattern.compile("%([-+0 #]*\\d*(?:\\.\\d+)?)([diufFgeExXsr%])");

    private SnippetValues() {}

    static boolean truth(final Object value) {
        if (value instanceof Boolean bool) {
            return bool;
        }
        if (value instanceof Long number) {
            return number != 0;
        }
        if (value instanceof Double number) {
            return number != 0;
        }
        if (value instanceof String text) {
            return !text.isEmpty();
        }
        return value instanceof List<?> list ? !list.isEmpty() : value != null;
    }

    private static Object number(final Object value) {
        if (value instanceof Boolean bool) {
            return bool ? 1L : 0L;
        }
        if (value instanceof Long || value instanceof Double) {
            return value;
        }
        throw new IllegalArgumentException(show(value) + " is not a number");
    }

    static long integer(final Object value) {
        if (number(value) instanceof Long exact) {
            return exact;
        }
        throw new IllegalArgumentException(show(value) + " is not a whole number");
    }

    static double real(final Object value) {
        return ((Number) number(value)).doubleValue();
    }

    private static boolean whole(final Object left, final Object right) {
        return number(left) instanceof Long && number(right) instanceof Long;
    }

    static Object binary(final String operator, final Object left, final Object right) {
        if (operator.equals("%") && left instanceof String format) {
            return format(format, right instanceof List<?> list ? list : List.of(right));
        }
        if (operator.equals("+") && left instanceof String first && right instanceof String second) {
            return first + second;
        }
        return switch (operator) {
            case "&" -> integer(left) & integer(right);
            case "|" -> integer(left) | integer(right);
            case "^" -> integer(left) ^ integer(right);
            case "<<" -> integer(left) << integer(right);
            case ">>" -> integer(left) >> integer(right);
            default ->
                whole(left, right)
                        ? exact(operator, integer(left), integer(right))
                        : inexact(operator, real(left), real(right));
        };
    }

    private static Object exact(final String operator, final long left, final long right) {
        if (right == 0 && "/ // %".contains(operator)) {
            throw new IllegalArgumentException("division by zero");
        }
        return switch (operator) {
            case "+" -> left + right;
            case "-" -> left - right;
            case "*" -> left * right;
            case "/" -> (double) left / right;
            case "//" -> Math.floorDiv(left, right);
            case "%" -> Math.floorMod(left, right);
            default -> right >= 0 ? (Object) power(left, right) : (Object) Math.pow((double) left, (double) right);
        };
    }

    private static long power(final long base, final long exponent) {
        final BigInteger power = BigInteger.valueOf(base).pow((int) Math.min(exponent, 64 + (exponent & 1)));
        if (exponent > 64 && Math.abs(base) > 1 || power.bitLength() > 63) {
            throw new IllegalArgumentException("the number is too large");
        }
        return power.longValue();
    }

    private static Object inexact(final String operator, final double left, final double right) {
        return switch (operator) {
            case "+" -> left + right;
            case "-" -> left - right;
            case "*" -> left * right;
            case "/" -> left / right;
            case "//" -> Math.floor(left / right);
            case "%" -> left - right * Math.floor(left / right);
            default -> Math.pow(left, right);
        };
    }

    static boolean compare(final String operator, final Object left, final Object right) {
        return switch (operator) {
            case "==", "is" -> same(left, right);
            case "!=", "<>", "is not" -> !same(left, right);
            case "in" -> contains(right, left);
            case "not in" -> !contains(right, left);
            case "<" -> order(left, right) < 0;
            case "<=" -> order(left, right) <= 0;
            case ">" -> order(left, right) > 0;
            default -> order(left, right) >= 0;
        };
    }

    private static boolean contains(final Object container, final Object element) {
        if (container instanceof List<?> list) {
            return list.stream().anyMatch(each -> same(each, element));
        }
        if (container instanceof String text && element instanceof String part) {
            return text.contains(part);
        }
        throw new IllegalArgumentException(show(container) + " holds no elements");
    }

    private static boolean isNumber(final Object value) {
        return value instanceof Long || value instanceof Double || value instanceof Boolean;
    }

    static boolean same(final Object left, final Object right) {
        return isNumber(left) && isNumber(right) ? order(left, right) == 0 : Objects.equals(left, right);
    }

    static int order(final Object left, final Object right) {
        if (left instanceof String first && right instanceof String second) {
            return first.compareTo(second);
        }
        return whole(left, right)
                ? Long.compare(integer(left), integer(right))
                : Double.compare(real(left), real(right));
    }

    /** As {@code str()} writes it. */
    static String show(final Object value) {
        if (value instanceof Boolean bool) {
            return bool ? "True" : "False";
        }
        if (value instanceof List<?> list) {
            return list.stream().map(SnippetValues::show).collect(Collectors.joining(", ", "(", ")"));
        }
        return value == null ? "None" : value.toString();
    }

    private static String format(final String format, final List<?> values) {
        final Matcher matcher = CONVERSION.matcher(format);
        final StringBuilder text = new StringBuilder();
        int used = 0;
        while (matcher.find()) {
            final String type = matcher.group(2);
            if (!type.equals("%") && used == values.size()) {
                throw new IllegalArgumentException("too few values for '" + format + "'");
            }
            final String shown = type.equals("%") ? "%" : one(matcher.group(1), type, values.get(used++));
            matcher.appendReplacement(text, Matcher.quoteReplacement(shown));
        }
        return matcher.appendTail(text).toString();
    }

    private static String one(final String flags, final String type, final Object value) {
        return switch (type) {
            case "d", "i", "u" -> String.format(Locale.ROOT, "%" + flags + "d", (long) real(value));
            case "x", "X" -> String.format(Locale.ROOT, "%" + flags + type, integer(value));
            case "s", "r" -> String.format(Locale.ROOT, "%" + flags + "s", show(value));
            default -> String.format(Locale.ROOT, "%" + flags + type.toLowerCase(Locale.ROOT), real(value));
        };
    }
}
