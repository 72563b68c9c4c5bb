package dev.culvert.kit.packetdrill;

import java.util.ArrayList;
import java.util.List;

/** Reads arguments and results of system calls. */
final class ExpressionParser {
    private final Tokens tokens;

    ExpressionParser(final Tokens tokens) {
        this.tokens = tokens;
    }

    /** What stands between parentheses; they are taken too. */
    List<Expression> arguments() {
        tokens.expectSign('(');
        return list(')');
    }

    Expression expression() {
        Expression left = primary();
        while (tokens.takeSign('|')) {
            left = new Expression.Or(left, primary());
        }
        return left;
    }

    private List<Expression> list(final char end) {
        final List<Expression> elements = new ArrayList<>();
        if (tokens.takeSign(end)) {
            return elements;
        }
        do {
            elements.add(expression());
        } while (tokens.takeSign(','));
        tokens.expectSign(end);
        return elements;
    }

    private Expression primary() {
        final Token token = tokens.peek();
        switch (token.kind()) {
            case ELLIPSIS -> {
                tokens.next();
                return new Expression.Ellipsis();
            }
            case INTEGER, HEX -> {
                return new Expression.Literal(tokens.number("a number"), token.text());
            }
            case WORD -> {
                tokens.next();
                return tokens.peek().isSign('(') ? applied(token.text()) : new Expression.Word(token.text());
            }
            case STRING -> {
                return text();
            }
            default -> {
                return bracketed();
            }
        }
    }

    private Expression applied(final String function) {
        final List<Expression> arguments = arguments();
        if (arguments.size() != 1) {
            throw new ScriptError(tokens.line(), function + " takes one argument");
        }
        return new Expression.Apply(function, arguments.get(0));
    }

    /** Texts that stand side by side are one. An ellipsis after them says only that more follows. */
    private Expression text() {
        final StringBuilder text = new StringBuilder();
        while (tokens.peek().is(Token.Kind.STRING)) {
            text.append(tokens.next().text());
        }
        if (tokens.peek().is(Token.Kind.ELLIPSIS)) {
            tokens.next();
        }
        return new Expression.Text(text.toString());
    }

    private Expression bracketed() {
        if (tokens.takeSign('[')) {
            return new Expression.Array(list(']'));
        }
        if (tokens.takeSign('{')) {
            return struct();
        }
        throw tokens.unexpected("a value");
    }

    private Expression struct() {
        final List<Expression.Field> fields = new ArrayList<>();
        if (tokens.takeSign('}')) {
            return new Expression.Struct(fields);
        }
        do {
            fields.add(field());
        } while (tokens.takeSign(','));
        tokens.expectSign('}');
        return new Expression.Struct(fields);
    }

    /** {@code name=value}, {@code name(length)=value} or a value alone. */
    private Expression.Field field() {
        final Token name = tokens.peek();
        if (name.is(Token.Kind.WORD) && tokens.peek(1).isSign('=')) {
            tokens.next();
            tokens.next();
            return new Expression.Field(name.text(), expression());
        }
        final Expression value = expression();
        if (value instanceof Expression.Apply apply && tokens.takeSign('=')) {
            return new Expression.Field(apply.function(), expression());
        }
        return new Expression.Field(null, value);
    }
}
