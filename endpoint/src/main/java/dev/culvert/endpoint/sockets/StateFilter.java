package dev.culvert.endpoint.sockets;

import dev.culvert.tcp.TcpState;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Which states are wanted, in the words of ss(8), and what it calls each of them. */
public final class StateFilter {
    private static final Set<TcpState> EVERY = EnumSet.complementOf(EnumSet.of(TcpState.CLOSED));

    private StateFilter() {}

    /** All but listeners, TIME-WAIT included: it is what people look for. */
    public static Set<TcpState> connections() {
        return without(EVERY, TcpState.LISTEN);
    }

    /** Listeners alone. */
    public static Set<TcpState> listeners() {
        return EnumSet.of(TcpState.LISTEN);
    }

    /** Everything. */
    public static Set<TcpState> everything() {
        return EnumSet.copyOf(EVERY);
    }

    /**
     * What words such as {@code state time-wait state established}, or {@code exclude listening}, ask for.
     *
     * @throws IllegalArgumentException when they are no such words; the message says what is
     */
    public static Set<TcpState> parse(final List<String> words) {
        final Set<TcpState> wanted = EnumSet.noneOf(TcpState.class);
        final Set<TcpState> unwanted = EnumSet.noneOf(TcpState.class);
        for (int i = 0; i < words.size(); i += 2) {
            if (i + 1 == words.size()) {
                throw new IllegalArgumentException("a state must follow '" + words.get(i) + "': " + known());
            }
            switch (words.get(i)) {
                case "state" -> wanted.addAll(named(words.get(i + 1)));
                case "exclude" -> unwanted.addAll(named(words.get(i + 1)));
                default ->
                    throw new IllegalArgumentException(
                            "'" + words.get(i) + "' is no filter; there are: state STATE, exclude STATE");
            }
        }
        if (wanted.isEmpty()) {
            wanted.addAll(EVERY);
        }
        wanted.removeAll(unwanted);
        return wanted;
    }

    private static Set<TcpState> named(final String word) {
        return switch (word) {
            case "all" -> EVERY;
            case "connected" -> connections();
            case "synchronized" -> without(connections(), TcpState.SYN_SENT);
            case "bucket" -> EnumSet.of(TcpState.SYN_RECEIVED, TcpState.TIME_WAIT);
            case "big" -> without(connections(), TcpState.SYN_RECEIVED, TcpState.TIME_WAIT);
            default -> EnumSet.of(single(word));
        };
    }

    private static TcpState single(final String word) {
        for (final TcpState state : EVERY) {
            if (word(state).equals(word)) {
                return state;
            }
        }
        throw new IllegalArgumentException("'" + word + "' is no state; there are " + known());
    }

    private static String known() {
        final StringBuilder words = new StringBuilder();
        EVERY.forEach(state -> words.append(word(state)).append(", "));
        return words + "all, connected, synchronized, bucket, big";
    }

    private static String word(final TcpState state) {
        final String name = state == TcpState.ESTABLISHED ? "established" : name(state);
        return state == TcpState.LISTEN ? "listening" : name.toLowerCase(Locale.ROOT);
    }

    /** The state as ss prints it: {@code ESTAB}, {@code TIME-WAIT}. */
    public static String name(final TcpState state) {
        if (state == TcpState.ESTABLISHED) {
            return "ESTAB";
        }
        return state == TcpState.SYN_RECEIVED ? "SYN-RECV" : state.name().replace('_', '-');
    }

    private static Set<TcpState> without(final Set<TcpState> states, final TcpState... others) {
        final Set<TcpState> rest = EnumSet.copyOf(states);
        rest.removeAll(List.of(others));
        return rest;
    }
}
