package dev.culvert.kit.packetdrill;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;

/** Reads TCP options: {@code mss 1460,sackOK,TS val 1 ecr 0,nop,wscale 7}. */
final class OptionParser {
    private static final int MAX_BYTES = 40;

    private final Tokens tokens;

    OptionParser(final Tokens tokens) {
        this.tokens = tokens;
    }

    /** What stands between angle brackets, if anything does; null for {@code <...>}. */
    List<TcpOption> options() {
        final List<TcpOption> options = new ArrayList<>();
        if (!tokens.takeSign('<')) {
            return options;
        }
        if (tokens.peek().is(Token.Kind.ELLIPSIS)) {
            tokens.next();
            tokens.expectSign('>');
            return null;
        }
        final int line = tokens.line();
        do {
            options.add(option());
        } while (tokens.takeSign(','));
        tokens.expectSign('>');
        final int bytes = options.stream().mapToInt(TcpOption::length).sum();
        if (bytes % 4 != 0) {
            throw new ScriptError(
                    line,
                    "the TCP options have " + bytes + " bytes, which is no multiple of 4: pad them with nop or eol");
        }
        if (bytes > MAX_BYTES) {
            throw new ScriptError(line, "the TCP options have " + bytes + " bytes; there is room for " + MAX_BYTES);
        }
        return options;
    }

    private TcpOption option() {
        final Token name = tokens.expect(Token.Kind.WORD, "a TCP option");
        return switch (name.text()) {
            case "nop" -> new TcpOption(TcpOption.NOP);
            case "eol" -> new TcpOption(TcpOption.EOL);
            case "mss" -> mss();
            case "wscale" -> new TcpOption(TcpOption.WSCALE, tokens.number("a window shift", 255));
            case "sackOK" -> new TcpOption(TcpOption.SACK_OK);
            case "sack" -> sack();
            case "TS" -> timestamps();
            case "FO" -> new TcpOption(TcpOption.FAST_OPEN, blob());
            case "FOEXP" -> experiment(TcpOption.FAST_OPEN_MAGIC);
            case "md5" -> new TcpOption(TcpOption.MD5, blob());
            case "ECN" -> accurateEcn();
            default -> throw new ScriptError(name.line(), "the TCP option '" + name.text() + "' is not known");
        };
    }

    private TcpOption mss() {
        final int mss = tokens.number("an MSS", 0xffff);
        return new TcpOption(TcpOption.MSS, mss >>> 8, mss);
    }

    private TcpOption sack() {
        final ByteArrayOutputStream data = new ByteArrayOutputStream();
        do {
            putInt(data, tokens.u32("the left edge of a SACK block"));
            tokens.expectSign(':');
            putInt(data, tokens.u32("the right edge of a SACK block"));
        } while (tokens.peek().is(Token.Kind.INTEGER));
        return new TcpOption(TcpOption.SACK, data.toByteArray());
    }

    private TcpOption timestamps() {
        final ByteArrayOutputStream data = new ByteArrayOutputStream();
        tokens.expectWord("val");
        putInt(data, tokens.u32("a timestamp"));
        tokens.expectWord("ecr");
        putInt(data, tokens.u32("a timestamp echo"));
        return new TcpOption(TcpOption.TIMESTAMPS, data.toByteArray());
    }

    /** The counters of RFC 9768 §3.2.3: the first one named tells the order, and so the kind. */
    private TcpOption accurateEcn() {
        final ByteArrayOutputStream data = new ByteArrayOutputStream();
        final boolean ect1First = tokens.peek().isWord("e1b");
        while (tokens.takeWord("e0b") || tokens.takeWord("ceb") || tokens.takeWord("e1b")) {
            final int value = tokens.number("a counter", 0xffffff);
            data.write(value >>> 16);
            data.write(value >>> 8);
            data.write(value);
        }
        return new TcpOption(ect1First ? TcpOption.ACCURATE_ECN_1 : TcpOption.ACCURATE_ECN_0, data.toByteArray());
    }

    private TcpOption experiment(final int identifier) {
        final ByteArrayOutputStream data = new ByteArrayOutputStream();
        data.write(identifier >>> 8);
        data.write(identifier);
        data.writeBytes(blob());
        return new TcpOption(TcpOption.EXPERIMENT, data.toByteArray());
    }

    /** Bytes in hexadecimal, or none. */
    private byte[] blob() {
        final Token token = tokens.peek();
        if (!token.is(Token.Kind.WORD) && !token.is(Token.Kind.INTEGER)) {
            return new byte[0];
        }
        tokens.next();
        final String digits = token.text();
        if (digits.length() % 2 != 0 || !digits.matches("[0-9a-fA-F]+")) {
            throw new ScriptError(token.line(), "'" + digits + "' is not a row of hexadecimal bytes");
        }
        final byte[] bytes = new byte[digits.length() / 2];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) Integer.parseInt(digits.substring(2 * i, 2 * i + 2), 16);
        }
        return bytes;
    }

    private static void putInt(final ByteArrayOutputStream out, final int value) {
        out.write(value >>> 24);
        out.write(value >>> 16);
        out.write(value >>> 8);
        out.write(value);
    }
}
