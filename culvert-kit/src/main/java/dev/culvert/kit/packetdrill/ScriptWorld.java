package dev.culvert.kit.packetdrill;

import dev.culvert.kit.posix.LinuxConstants;
import dev.culvert.kit.posix.Sockets;
import dev.culvert.kit.posix.SystemCall;
import dev.culvert.kit.script.VirtualStack;
import dev.culvert.wire.IpAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

/** The stack that a script drives, what the script knows of its sockets, and the record of what happened. */
final class ScriptWorld {
    private static final long US = 1_000;

    final Sockets stack;
    final ScriptSettings settings;
    final ScriptRecord record;
    private long startNs;
    private final List<ScriptSocket> sockets = new ArrayList<>();
    private final Map<Integer, Integer> descriptors = new HashMap<>();
    private ScriptSocket underTest;
    private Runnable afterTime = () -> {};
    private int nextRemotePort = 40_000;

    ScriptWorld(final Sockets stack, final ScriptSettings settings, final ScriptRecord record) {
        this.stack = stack;
        this.settings = settings;
        startNs = stack.nowNs();
        this.record = record;
    }

    // ------------------------------------------------------------------ time

    /** The script's time 0 is now. */
    void start() {
        startNs = stack.nowNs();
    }

    long nowUs() {
        return (stack.nowNs() - startNs) / US;
    }

    long sinceStartUs(final long ns) {
        return (ns - startNs) / US;
    }

    /** What to do whenever time has moved or a packet has arrived. */
    void afterTime(final Runnable what) {
        afterTime = what;
    }

    /** Moves time; calls that finish on the way are judged. */
    void advanceTo(final long us) {
        final long targetNs = startNs + us * US;
        if (targetNs > stack.nowNs()) {
            stack.advanceTo(targetNs);
        }
        afterTime.run();
    }

    /** The next packet of the stack, at latest at {@code limitUs}; null: there is none. */
    LivePacket nextPacket(final long limitUs) {
        final long limitNs = startNs + limitUs * US;
        while (true) {
            final LivePacket ready = takePacket();
            if (ready != null) {
                return ready;
            }
            if (stack.nowNs() >= limitNs || !stack.runUntilSomething(limitNs)) {
                afterTime.run();
                return takePacket();
            }
            afterTime.run();
        }
    }

    /** Moves time until something is true, at most to {@code limitUs}. */
    void runUntil(final BooleanSupplier done, final long limitUs) {
        while (!done.getAsBoolean()) {
            final long deadline = stack.nextDeadlineNs();
            if (deadline == Long.MAX_VALUE || sinceStartUs(deadline) > limitUs) {
                stack.advanceTo(Math.max(stack.nowNs(), startNs + limitUs * US));
                return;
            }
            stack.advanceTo(Math.max(stack.nowNs(), deadline));
        }
    }

    /** A packet that has been sent already; null: there is none. */
    LivePacket takePacket() {
        final VirtualStack.Sent sent = stack.takeSent();
        return sent == null ? null : new LivePacket(sinceStartUs(sent.timeNs()), sent.bytes());
    }

    void inject(final byte[] packet) {
        stack.inject(packet);
        afterTime.run();
    }

    // ------------------------------------------------------------------ sockets

    /** The socket that packets of the script belong to: the newest. Null: none yet. */
    ScriptSocket underTest() {
        return underTest;
    }

    ScriptSocket newSocket() {
        underTest = new ScriptSocket();
        sockets.add(underTest);
        return underTest;
    }

    /** The open socket with this descriptor in the script; null: none. */
    ScriptSocket byScriptFd(final int fd) {
        return sockets.stream()
                .filter(socket -> !socket.closed && socket.scriptFd == fd && fd >= 0)
                .findFirst()
                .orElse(null);
    }

    /** The newest socket that waits to be accepted, with this remote port where there is one. */
    ScriptSocket toAccept(final int remotePort) {
        ScriptSocket found = null;
        for (final ScriptSocket socket : sockets) {
            final boolean waits = socket.scriptFd < 0
                    && (socket.state == ScriptSocket.State.SYNACK_SENT
                            || socket.state == ScriptSocket.State.SYNACK_ACKED);
            if (waits && (found == null || socket.ends.destinationPort() == remotePort)) {
                found = socket;
            }
        }
        return found;
    }

    /** The script's descriptor stands for this live one from now on. */
    void open(final int scriptFd, final int liveFd) {
        descriptors.put(scriptFd, liveFd);
    }

    void forget(final int scriptFd) {
        descriptors.remove(scriptFd);
    }

    /** The live descriptor; null where the script has opened none of this number. */
    Integer liveFd(final int scriptFd) {
        return descriptors.get(scriptFd);
    }

    /** An address as the sockets of this script want it: IPv4 in IPv6 sockets is mapped. */
    SystemCall.Address address(final IpAddress ip, final int port) {
        return new SystemCall.Address(
                settings.v6Sockets() ? LinuxConstants.AF_INET6 : LinuxConstants.AF_INET, ip.hi(), ip.lo(), port);
    }

    /** A port of the peer that no connection of this script has used. */
    int takeRemotePort() {
        return nextRemotePort++;
    }
}
