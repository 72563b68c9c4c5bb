package dev.culvert.tun.control;

import dev.culvert.shard.SocketTimer;
import dev.culvert.tcp.TcpState;
import dev.culvert.tun.CulvertStack;
import dev.culvert.tun.SocketInfo;
import dev.culvert.tun.SocketPage;
import dev.culvert.tun.TransportAddress;
import dev.culvert.wire.IpAddress;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * A stack's sockets through the control socket, a page for each request: {@code sockets CURSOR STATE...} is answered by a line
 * for each socket and a last one, {@code next CURSOR}. Neither side ever holds more than a page. Any thread.
 */
public final class SocketLines {
    private static final String NEXT = "next";

    private SocketLines() {}

    // ------------------------------------------------------------------ the stack's side

    static List<String> answer(final CulvertStack stack, final List<String> words) throws ControlException {
        if (words.size() < 2) {
            throw new ControlException("sockets takes a cursor, at first 0, and states");
        }
        try {
            final SocketPage page = stack.sockets(cursor(words.get(0)), states(words.subList(1, words.size())));
            final List<String> lines = new ArrayList<>(page.sockets().size() + 1);
            page.sockets().forEach(socket -> lines.add(line(socket)));
            lines.add(NEXT + " " + page.next());
            return lines;
        } catch (final IOException stopped) {
            throw new ControlException(stopped.getMessage());
        }
    }

    private static long cursor(final String word) throws ControlException {
        try {
            return Long.parseLong(word);
        } catch (final NumberFormatException notOne) {
            throw new ControlException("'" + word + "' is no cursor");
        }
    }

    private static Set<TcpState> states(final List<String> words) throws ControlException {
        final Set<TcpState> states = EnumSet.noneOf(TcpState.class);
        for (final String word : words) {
            try {
                states.add(TcpState.valueOf(word));
            } catch (final IllegalArgumentException unknown) {
                throw new ControlException("'" + word + "' is no state");
            }
        }
        return states;
    }

    private static String line(final SocketInfo socket) {
        return socket.state() + " " + socket.receiveQueue() + " " + socket.sendQueue() + " " + end(socket.local()) + " "
                + end(socket.remote()) + " " + socket.timer() + " " + socket.timerMs() + " " + socket.retries();
    }

    private static String end(final TransportAddress end) {
        return end.address() + " " + end.port();
    }

    // ------------------------------------------------------------------ the client's side

    /**
     * Asks for all sockets in these states, page by page.
     *
     * @param visitor gets each one; false: that is enough
     * @throws ControlException when the endpoint refuses, or is not of this version
     */
    public static void forEach(
            final ControlClient client, final Set<TcpState> states, final Predicate<SocketInfo> visitor)
            throws ControlException, IOException {
        final List<String> request = new ArrayList<>(List.of("sockets", "0"));
        states.forEach(state -> request.add(state.name()));
        while (!request.get(1).startsWith("-")) {
            for (final String line : client.request(request.toArray(String[]::new))) {
                if (line.startsWith(NEXT)) {
                    request.set(1, line.substring(NEXT.length() + 1));
                } else if (!visitor.test(parse(line))) {
                    return;
                }
            }
        }
    }

    private static SocketInfo parse(final String line) throws ControlException {
        final String[] words = line.split(" ", -1);
        try {
            return new SocketInfo(
                    TcpState.valueOf(words[0]),
                    Integer.parseInt(words[1]),
                    Integer.parseInt(words[2]),
                    end(words[3], words[4]),
                    end(words[5], words[6]),
                    SocketTimer.valueOf(words[7]),
                    Long.parseLong(words[8]),
                    Integer.parseInt(words[9]));
        } catch (final IllegalArgumentException | ArrayIndexOutOfBoundsException unknown) {
            throw new ControlException("the endpoint is of another version: it answers '" + line + "'");
        }
    }

    private static TransportAddress end(final String address, final String port) {
        return new TransportAddress(IpAddress.parse(address), Integer.parseInt(port));
    }
}
