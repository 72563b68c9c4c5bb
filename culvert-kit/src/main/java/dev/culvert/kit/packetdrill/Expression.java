package dev.culvert.kit.packetdrill;

import java.util.List;
import java.util.stream.Collectors;

/** An argument or a result of a system call. */
sealed interface Expression {
    /** {@code ...}. */
    record Ellipsis() implements Expression {
        @Override
        public String toString() {
            return "...";
        }
    }

    /** A number. */
    record Literal(long value, String shown) implements Expression {
        @Override
        public String toString() {
            return shown;
        }
    }

    /** A symbol. */
    record Word(String name) implements Expression {
        @Override
        public String toString() {
            return name;
        }
    }

    /** A text in double quotes, its escapes not yet resolved. */
    record Text(String value) implements Expression {
        @Override
        public String toString() {
            return '"' + value + '"';
        }
    }

    /** Values joined by {@code |}. */
    record Or(Expression left, Expression right) implements Expression {
        @Override
        public String toString() {
            return left + "|" + right;
        }
    }

    /** {@code name(value)}, as in {@code htons(80)}. */
    record Apply(String function, Expression argument) implements Expression {
        @Override
        public String toString() {
            return function + "(" + argument + ")";
        }
    }

    /** What stands in square brackets. */
    record Array(List<Expression> elements) implements Expression {
        @Override
        public String toString() {
            return elements.stream().map(Object::toString).collect(Collectors.joining(", ", "[", "]"));
        }
    }

    /** What stands in braces. */
    record Struct(List<Field> fields) implements Expression {
        /** The value of a field; null where there is none of this name. */
        Expression get(final String name) {
            return fields.stream()
                    .filter(field -> name.equals(field.name()))
                    .map(Field::value)
                    .findFirst()
                    .orElse(null);
        }

        @Override
        public String toString() {
            return fields.stream().map(Object::toString).collect(Collectors.joining(", ", "{", "}"));
        }
    }

    /** {@code name=value}; {@code name} is null where only a value stands. */
    record Field(String name, Expression value) {
        @Override
        public String toString() {
            return name == null ? value.toString() : name + "=" + value;
        }
    }
}
