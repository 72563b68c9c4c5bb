package dev.culvert.kit.packetdrill;

import java.util.AbstractMap.SimpleImmutableEntry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Reads a script: options, a command to start with, events, a command to end with. */
final class ScriptParser {
    private static final long US = 1_000_000;

    private final Tokens tokens;
    private final boolean v6;

    private ScriptParser(final Tokens tokens, final boolean v6) {
        this.tokens = tokens;
        this.v6 = v6;
    }

    /**
     * Reads a script.
     *
     * @param v6ByDefault whether packets are IPv6 where the script does not say
     * @throws ScriptError with the line
     */
    static PacketScript parse(
            final String name, final String text, final Map<String, String> defines, final boolean v6ByDefault) {
        final Tokens tokens = new Tokens(Lexer.tokens(text, new HashMap<>(defines)));
        final List<Map.Entry<String, String>> options = new ArrayList<>();
        boolean v6 = v6ByDefault;
        while (tokens.peek().is(Token.Kind.OPTION)) {
            final Token option = tokens.next();
            options.add(new SimpleImmutableEntry<>(option.text(), option.value()));
            if (option.text().equals("ip_version")) {
                v6 = "ipv6".equals(option.value());
            }
        }
        final ScriptParser parser = new ScriptParser(tokens, v6);
        final Event init = parser.command();
        final List<Event> events = parser.events();
        final Event cleanup = parser.command();
        if (!tokens.atEnd()) {
            throw tokens.unexpected("the time of an event");
        }
        if (events.isEmpty()) {
            throw new ScriptError(tokens.line(), "the script has no events");
        }
        return new PacketScript(name, List.of(text.split("\n", -1)), options, init, events, cleanup);
    }

    private Event command() {
        final Token token = tokens.peek();
        if (!token.is(Token.Kind.BACK_QUOTED)) {
            return null;
        }
        tokens.next();
        return new Event(token.line(), new When(When.Kind.ABSOLUTE, 0, 0), new Event.Command(token.text()));
    }

    private List<Event> events() {
        final List<Event> events = new ArrayList<>();
        while (!tokens.atEnd() && !tokens.peek().is(Token.Kind.BACK_QUOTED)) {
            events.add(event());
        }
        return events;
    }

    private Event event() {
        final int line = tokens.line();
        final When when = when();
        final Event.Action action = action(when);
        final boolean expected = action instanceof Event.Tcp tcp && !tcp.inbound()
                || action instanceof Event.Icmp icmp && !icmp.inbound();
        if (!expected && (when.isRange() || when.kind() == When.Kind.ANY)) {
            throw new ScriptError(line, "a range of time, or *, can only stand before a packet that is expected");
        }
        return new Event(line, when, action);
    }

    // ------------------------------------------------------------------ time

    private When when() {
        if (tokens.takeSign('*')) {
            return new When(When.Kind.ANY, 0, 0);
        }
        final int line = tokens.line();
        final boolean relative = tokens.takeSign('+');
        final long from = time();
        if (!tokens.takeSign('~')) {
            return new When(relative ? When.Kind.RELATIVE : When.Kind.ABSOLUTE, from, from);
        }
        if (relative) {
            tokens.expectSign('+');
        }
        final long to = time();
        if (to < from) {
            throw new ScriptError(line, "the range of time runs backwards");
        }
        return new When(relative ? When.Kind.RELATIVE_RANGE : When.Kind.ABSOLUTE_RANGE, from, to);
    }

    /** Seconds, as µs. */
    private long time() {
        final Token token = tokens.peek();
        if (!token.is(Token.Kind.INTEGER) && !token.is(Token.Kind.FLOAT)) {
            throw tokens.unexpected("a time");
        }
        tokens.next();
        final double seconds = Double.parseDouble(token.text());
        if (seconds < 0 || seconds > 1e9) {
            throw new ScriptError(token.line(), "the time " + token.text() + " is out of range");
        }
        return Math.round(seconds * US);
    }

    // ------------------------------------------------------------------ what happens

    private Event.Action action(final When when) {
        final Token token = tokens.peek();
        if (token.isSign('<') || token.isSign('>')) {
            return new PacketParser(tokens, v6).packet();
        }
        if (token.is(Token.Kind.BACK_QUOTED)) {
            return new Event.Command(tokens.next().text());
        }
        if (token.is(Token.Kind.CODE)) {
            return new Event.Code(tokens.next().text());
        }
        return call(when);
    }

    private Event.Action call(final When when) {
        long end = -1;
        if (tokens.peek().is(Token.Kind.ELLIPSIS)) {
            final int line = tokens.next().line();
            end = time();
            if (end < when.fromUs()) {
                throw new ScriptError(line, "the call returns before it starts");
            }
        }
        final Token name = tokens.expect(Token.Kind.WORD, "a packet, a system call, a command or %{");
        final ExpressionParser expressions = new ExpressionParser(tokens);
        final List<Expression> arguments = expressions.arguments();
        tokens.expectSign('=');
        final Expression result = expressions.expression();
        String errno = null;
        if (tokens.peek().is(Token.Kind.WORD)) {
            errno = tokens.next().text();
        }
        note();
        return new Event.Call(name.text(), arguments, result, errno, end);
    }

    /** {@code (No such thing)}: for readers only. */
    private void note() {
        if (tokens.takeSign('(')) {
            while (!tokens.takeSign(')')) {
                if (tokens.atEnd()) {
                    throw tokens.unexpected("')'");
                }
                tokens.next();
            }
        }
    }
}
