package dev.culvert.tun.netns;

import dev.culvert.tun.device.EchoPackets;
import dev.culvert.tun.device.PacketDevice;
import dev.culvert.tun.device.PacketHandler;
import dev.culvert.wire.OutboundPacket;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;

/** Answers pings on a device as long as a process lives: the smallest thing that shows packets going both ways. */
final class EchoLoop {
    private static final int BATCH = 8;

    private final PacketDevice device;
    private final Queue<byte[]> requests = new ArrayDeque<>();
    private final OutboundPacket packet = new OutboundPacket();
    private final UnsafeBuffer payload =
            new UnsafeBuffer(BufferUtil.allocateDirectAligned(OutboundPacket.MAX_LENGTH, Long.BYTES));
    private final PacketHandler keepRequests = (buffer, offset, length, metadata) -> {
        final byte[] bytes = new byte[length];
        buffer.getBytes(offset, bytes);
        if (EchoPackets.isRequest(bytes)) {
            requests.add(bytes);
        }
    };

    private EchoLoop(final PacketDevice device) {
        this.device = device;
    }

    /** Returns the process's exit code when it has ended. */
    static int runWhile(final PacketDevice device, final Process process) {
        final CompletableFuture<Process> ended = process.onExit();
        final CompletableFuture<Void> told = ended.thenRun(device::wakeUp);
        final EchoLoop loop = new EchoLoop(device);
        while (!ended.isDone()) {
            device.await(Long.MAX_VALUE);
            while (device.receive(loop.keepRequests, BATCH) == BATCH) {
                loop.answer();
            }
            loop.answer();
        }
        told.join();
        return process.exitValue();
    }

    private void answer() {
        for (byte[] request = requests.poll(); request != null; request = requests.poll()) {
            send(EchoPackets.reply(request));
        }
        device.flush();
    }

    private void send(final byte[] bytes) {
        final int header = Math.min(bytes.length, 40);
        payload.putBytes(0, bytes);
        packet.clear().header.putBytes(0, bytes, 0, header);
        packet.headerLength = header;
        for (int at = header; at < bytes.length; at += 1024) { // more than one piece, as TCP's send buffer has it
            packet.addPiece(payload.addressOffset() + at, Math.min(1024, bytes.length - at));
        }
        device.transmit(packet);
    }
}
