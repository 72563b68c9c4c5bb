package dev.culvert.kit.packetdrill;

import java.util.List;

/** A place in a list of tokens. */
final class Tokens {
    private static final long U32 = 0xffffffffL;

    private final List<Token> tokens;
    private int at;

    Tokens(final List<Token> tokens) {
        this.tokens = tokens;
    }

    Token peek() {
        return tokens.get(at);
    }

    Token peek(final int further) {
        return tokens.get(Math.min(at + further, tokens.size() - 1));
    }

    Token next() {
        final Token token = peek();
        if (!token.is(Token.Kind.END)) {
            at++;
        }
        return token;
    }

    boolean atEnd() {
        return peek().is(Token.Kind.END);
    }

    int line() {
        return peek().line();
    }

    boolean takeSign(final char sign) {
        final boolean there = peek().isSign(sign);
        if (there) {
            at++;
        }
        return there;
    }

    boolean takeWord(final String word) {
        final boolean there = peek().isWord(word);
        if (there) {
            at++;
        }
        return there;
    }

    void expectSign(final char sign) {
        if (!takeSign(sign)) {
            throw unexpected("'" + sign + "'");
        }
    }

    void expectWord(final String word) {
        if (!takeWord(word)) {
            throw unexpected("'" + word + "'");
        }
    }

    Token expect(final Token.Kind kind, final String what) {
        if (!peek().is(kind)) {
            throw unexpected(what);
        }
        return next();
    }

    /** A decimal or hexadecimal number. */
    long number(final String what) {
        final Token token = peek();
        if (token.is(Token.Kind.INTEGER)) {
            next();
            return parse(token, token.text(), 10);
        }
        if (token.is(Token.Kind.HEX)) {
            next();
            return parse(token, token.text().substring(2), 16);
        }
        throw unexpected(what);
    }

    private static long parse(final Token token, final String digits, final int radix) {
        try {
            return radix == 16 ? Long.parseUnsignedLong(digits, radix) : Long.parseLong(digits, radix);
        } catch (final NumberFormatException tooLong) {
            throw new ScriptError(token.line(), "the number " + token.text() + " is too large");
        }
    }

    /** A number from 0 to {@code max}. */
    int number(final String what, final long max) {
        final int line = line();
        final long value = number(what);
        if (value < 0 || value > max) {
            throw new ScriptError(line, what + " is out of range: " + value);
        }
        return (int) value;
    }

    /** A 32-bit unsigned number. */
    int u32(final String what) {
        return number(what, U32);
    }

    ScriptError unexpected(final String wanted) {
        return new ScriptError(line(), "expected " + wanted + " but found " + peek().shown());
    }
}
