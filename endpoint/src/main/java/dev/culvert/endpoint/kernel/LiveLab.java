package dev.culvert.endpoint.kernel;

import static dev.culvert.kit.posix.LinuxConstants.SHUT_WR;

import dev.culvert.counters.StackCounter;
import dev.culvert.env.Errno;
import dev.culvert.kit.posix.Sockets;
import dev.culvert.kit.posix.SystemCall;
import dev.culvert.tcp.TcpConfig;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Scenarios of the laboratory with this machine's kernel as the client and Culvert as the server, over TUN, in real time: those
 * in which it is the kernel's answer that people wonder about and nobody has to wait for a minute.
 */
public final class LiveLab {
    private static final int MTU = 1_500;

    /** What is played; how it ended. */
    private interface Scene {
        String play(Sockets kernel, Consumer<String> lines);
    }

    private static final Map<String, Scene> SCENES = new TreeMap<>(Map.of(
            "exit-chat", LiveLab::exitChat,
            "server-closes", LiveLab::serverCloses,
            "lost-last-ack", LiveLab::lostLastAck));

    private LiveLab() {}

    /** Names of the scenarios that can be played live. */
    public static List<String> names() {
        return List.copyOf(SCENES.keySet());
    }

    /**
     * Plays one in a private network of its own.
     *
     * @param lines takes what happens, and how it ended
     * @throws dev.culvert.tun.device.DeviceException this machine does not allow such a network; the message says what to do
     */
    public static void play(final String name, final Consumer<String> lines) {
        try (KernelSockets kernel = new KernelSockets(LivePath.KERNEL, MTU)) {
            lines.accept("");
            lines.accept("live        " + SCENES.get(name).play(kernel, lines));
        }
    }

    private static String exitChat(final Sockets kernel, final Consumer<String> lines) {
        final LivePath path = new LivePath(kernel, TcpConfig.DEFAULT, lines);
        final long listener = path.listen();
        final int first = path.socket();
        path.bind(first, true);
        path.connect(first);
        final long connection = path.accept(listener);
        path.kernel("close", () -> kernel.close(first));
        path.settle();
        path.culvert(
                "close",
                () -> path.stack().shard().close(connection, path.stack().nowNs()));
        final int again = path.socket();
        final SystemCall plain = path.bind(again, false);
        final SystemCall reusing = path.bind(again, true);
        final SystemCall connected = path.connect(again);
        return "the kernel's bind: " + outcome(plain) + ", with SO_REUSEADDR: " + outcome(reusing) + "; its connect: "
                + outcome(connected);
    }

    private static String serverCloses(final Sockets kernel, final Consumer<String> lines) {
        final LivePath path = new LivePath(kernel, TcpConfig.DEFAULT, lines);
        final long listener = path.listen();
        final int first = path.socket();
        path.bind(first, true);
        path.connect(first);
        final long connection = path.accept(listener);
        path.culvert(
                "close",
                () -> path.stack().shard().close(connection, path.stack().nowNs()));
        path.kernel("close", () -> kernel.close(first));
        path.settle();
        final int again = path.socket();
        path.bind(again, true);
        final SystemCall connected = path.connect(again);
        final long reopened = path.stack().shard().counters().get(StackCounter.TcpExtTWRecycled);
        return "the kernel's connect from the same port: " + outcome(connected) + "; Culvert reopened TIME-WAIT "
                + reopened + " times";
    }

    private static String lostLastAck(final Sockets kernel, final Consumer<String> lines) {
        final LivePath path =
                new LivePath(kernel, TcpConfig.DEFAULT.with().mslMs(1).build(), lines);
        final long listener = path.listen();
        final int client = path.socket();
        path.connect(client);
        final long connection = path.accept(listener);
        path.culvert(
                "close, with an MSL of 1 ms",
                () -> path.stack().shard().close(connection, path.stack().nowNs()));
        path.lose(packet -> !packet.contains(" R "));
        path.kernel("shutdown(SHUT_WR)", () -> kernel.shutdown(client, SHUT_WR));
        final int[] error = new int[1];
        path.await(() -> (error[0] = path.error(client)) != 0);
        return "the kernel's application is told " + (error[0] == 0 ? "nothing" : Errno.name(error[0]))
                + " of a connection that ended well";
    }

    private static String outcome(final SystemCall call) {
        return call.result() < 0 ? Errno.name(call.errno()) : "OK";
    }
}
