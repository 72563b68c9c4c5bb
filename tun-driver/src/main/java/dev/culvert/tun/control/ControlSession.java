package dev.culvert.tun.control;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * One client of a control server. A request is a line of words; lines of an answer are indented by a space, so that nothing
 * in them looks like the {@code OK} or {@code ERR message} that ends it. The next request is read when the answer is out.
 */
final class ControlSession {
    static final String OK = "OK";
    static final String ERR = "ERR ";
    static final String INDENT = " ";
    private static final int MAX_REQUEST = 4_096;

    private final SocketChannel channel;
    private final Map<String, ControlCommand> commands;
    private final ByteBuffer input = ByteBuffer.allocate(MAX_REQUEST);
    private ByteBuffer output = ByteBuffer.allocate(0);

    ControlSession(final SocketChannel channel, final Map<String, ControlCommand> commands) {
        this.channel = channel;
        this.commands = commands;
    }

    /** Reads, answers and writes as far as that goes now; false when the client is done with. */
    boolean serve() throws IOException {
        while (flush()) {
            final String request = nextRequest();
            if (request != null) {
                output = StandardCharsets.UTF_8.encode(answer(request));
            } else if (!input.hasRemaining()) {
                return false; // no line may be that long
            } else {
                final int count = channel.read(input);
                if (count <= 0) {
                    return count == 0;
                }
            }
        }
        return true;
    }

    /** Whether it waits for the client to take an answer, rather than for a request. */
    boolean isWriting() {
        return output.hasRemaining();
    }

    private boolean flush() throws IOException {
        while (output.hasRemaining() && channel.write(output) > 0) {
            // go on while the client takes it
        }
        return !output.hasRemaining();
    }

    /** Takes the first complete line out of the input; null when there is none. */
    private String nextRequest() {
        for (int end = 0; end < input.position(); end++) {
            if (input.get(end) == '\n') {
                final String line = new String(input.array(), 0, end, StandardCharsets.UTF_8);
                input.flip().position(end + 1);
                input.compact();
                return line;
            }
        }
        return null;
    }

    private String answer(final String request) {
        final List<String> words = Arrays.asList(request.strip().split("\\s+"));
        final ControlCommand command = commands.get(words.get(0));
        if (command == null) {
            return ERR + "no command '" + words.get(0) + "'; there are " + String.join(", ", commands.keySet()) + "\n";
        }
        try {
            final StringBuilder text = new StringBuilder();
            for (final String line : command.run(words.subList(1, words.size()))) {
                text.append(INDENT).append(oneLine(line)).append('\n');
            }
            return text.append(OK).append('\n').toString();
        } catch (final ControlException refused) {
            return ERR + oneLine(refused.getMessage()) + "\n";
        } catch (final RuntimeException broken) {
            return ERR + oneLine("internal error: " + broken) + "\n";
        }
    }

    private static String oneLine(final String text) {
        return text.replace('\n', ' ').replace('\r', ' ');
    }

    void close() throws IOException {
        channel.close();
    }
}
