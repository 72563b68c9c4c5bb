package dev.culvert.tun;

import dev.culvert.env.Secrets;
import dev.culvert.shard.ShardConfig;
import dev.culvert.tun.device.PacketDevice;
import dev.culvert.wire.PacketMetadata;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The loops of a stack, one per queue of its device, and what they have to agree on: who gets a packet, who may listen, when
 * all of them are done. Nothing here is touched while packets stay on their own queue.
 */
final class StackLoops {
    private static final long REST_NS = 20_000;

    final LiveSettings settings;
    private final List<StackLoop> all = new ArrayList<>();
    private final AtomicInteger turn = new AtomicInteger();
    private final AtomicBoolean failed = new AtomicBoolean();
    /** Whoever opens a listener, which has to happen on every loop. */
    private final ReentrantLock controlPlane = new ReentrantLock();

    StackLoops(final CulvertStackBuilder builder, final ShardConfig config) {
        final Secrets secrets = builder.secrets();
        final int count = builder.devices.size();
        final ShardConfig share = count == 1 ? config : config.shareOf(count);
        for (final PacketDevice device : builder.devices) {
            all.add(new StackLoop(builder, share, secrets, device, this, all.size()));
        }
        settings = new LiveSettings(all, config);
    }

    List<StackLoop> all() {
        return all;
    }

    /** The one that echo replies come to. */
    StackLoop first() {
        return all.get(0);
    }

    /** The one whose thread is calling, or null. */
    StackLoop current() {
        for (final StackLoop loop : all) {
            if (loop.thread.isMine()) {
                return loop;
            }
        }
        return null;
    }

    /** The one whose thread is calling, else the first. */
    StackLoop here() {
        final StackLoop current = current();
        return current == null ? first() : current;
    }

    /** Where a connection is to be opened: on the calling loop, from elsewhere on each in turn; with a port, on its owner. */
    StackLoop forConnection(final TransportAddress local, final TransportAddress remote) {
        if (all.size() > 1 && local != null && local.port() != 0) {
            return all.get(first().shard.ownerOf(local.address(), local.port(), remote.address(), remote.port()));
        }
        final StackLoop current = current();
        return current != null ? current : all.get(Math.floorMod(turn.getAndIncrement(), all.size()));
    }

    // ------------------------------------------------------------------ packets

    /** From one loop to another one. */
    boolean handOver(
            final int to,
            final UnsafeBuffer buffer,
            final int offset,
            final int length,
            final PacketMetadata metadata) {
        final StackLoop loop = all.get(to);
        final boolean taken = loop.inbox.offer(buffer, offset, length, metadata);
        loop.commands.wakeIfAsleep();
        return taken;
    }

    /**
     * How many packets a loop may take from its device so that all of them fit the others' rings, whoever they are for and
     * whatever the others do meanwhile; 0: it has to wait, and the packets wait in the kernel.
     */
    int room(final StackLoop asking, final int limit, final int packetBytes) {
        int room = limit;
        for (final StackLoop other : all) {
            if (other != asking && !other.isStopped()) {
                room = Math.min(room, other.inbox.room(packetBytes) / (all.size() - 1));
            }
        }
        return room;
    }

    // ------------------------------------------------------------------ agreement

    void lockControlPlane() {
        while (!controlPlane.tryLock()) {
            relax();
        }
    }

    void unlockControlPlane() {
        controlPlane.unlock();
    }

    /** Waits a moment for another loop. A loop that waits goes on to answer: the other one may be waiting for it. */
    void relax() {
        final StackLoop current = current();
        if (current == null || current.commands.drainTasks(1) == 0) {
            LockSupport.parkNanos(this, REST_NS);
        }
    }

    /** Whether no loop has anything left that somebody waits for; whoever finds that out wakes the others. */
    boolean areQuiet() {
        for (final StackLoop loop : all) {
            if (!loop.isQuiet() && !loop.isStopped()) {
                return false;
            }
        }
        all.forEach(StackLoop::wakeUp);
        return true;
    }

    /** One loop has failed: so do the others, since connections of theirs may come through its queue. True: the first. */
    boolean fail(final StackLoop loop, final String reason) {
        if (failed.getAndSet(true)) {
            return false;
        }
        for (final StackLoop other : all) {
            if (other != loop) {
                other.failSoon(reason);
            }
        }
        return true;
    }
}
