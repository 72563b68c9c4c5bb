package dev.culvert.tun.device;

import dev.culvert.wire.OutboundPacket;
import dev.culvert.wire.PacketMetadata;
import dev.culvert.wire.SegmentSplitter;
import java.util.function.LongSupplier;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A device behind a worse link: loss, duplication, reordering, delay, corruption and a rate limit, which meet the packets that
 * a super-segment is on a wire. The same packets with the
 * same seed meet the same mishaps. What the link loses was sent, as far as the stack can see.
 */
public final class ImpairedDevice extends DeviceDecorator {
    private static final long OUT_SALT = 0x6f757400L;

    private final LongSupplier nanoClock;
    private final ImpairedLine in;
    private final ImpairedLine out;
    private final PacketHandler admission = this::admit;
    private final OutboundPacket packet = new OutboundPacket();
    private final SegmentSplitter splitter = new SegmentSplitter();
    private final PacketMetadata onAWire = new PacketMetadata();
    private final SegmentSplitter.Wire intoIn = this::enterIn;
    private final SegmentSplitter.Wire intoOut = this::enterOut;

    /** Around a device; the clock gives monotonic ns. */
    public ImpairedDevice(final PacketDevice inner, final ImpairmentPlan plan, final LongSupplier nanoClock) {
        super(inner);
        this.nanoClock = nanoClock;
        in = new ImpairedLine(plan.in(), 0, nanoClock.getAsLong());
        out = new ImpairedLine(plan.out(), OUT_SALT, nanoClock.getAsLong());
    }

    @Override
    public int receive(final PacketHandler handler, final int limit) {
        inner.receive(admission, limit);
        final long nowNs = nanoClock.getAsLong();
        int count = 0;
        while (count < limit) {
            final PacketSlot slot = in.poll(nowNs);
            if (slot == null) {
                break;
            }
            slot.deliver(handler);
            in.recycle(slot);
            count++;
        }
        return count;
    }

    private void admit(final UnsafeBuffer buffer, final int offset, final int length, final PacketMetadata metadata) {
        onAWire.problem = metadata.problem;
        splitter.split(buffer, offset, length, metadata, intoIn);
    }

    private void enterIn(final UnsafeBuffer buffer, final int offset, final int length) {
        final PacketSlot slot = in.admit(length, nanoClock.getAsLong());
        if (slot != null) {
            slot.copyFrom(buffer, offset, length, onAWire);
            in.enter(slot);
        }
    }

    @Override
    public boolean transmit(final OutboundPacket outbound) {
        splitter.split(outbound, intoOut);
        return true;
    }

    private void enterOut(final UnsafeBuffer buffer, final int offset, final int length) {
        final PacketSlot slot = out.admit(length, nanoClock.getAsLong());
        if (slot != null) {
            slot.copyFrom(buffer, offset, length, onAWire);
            out.enter(slot);
        }
    }

    @Override
    public void flush() {
        final long nowNs = nanoClock.getAsLong();
        for (PacketSlot slot = out.poll(nowNs); slot != null; slot = out.poll(nowNs)) {
            inner.transmit(slot.describe(packet));
            out.recycle(slot);
        }
        inner.flush();
    }

    @Override
    public boolean await(final long timeoutNs) {
        flush();
        final long nowNs = nanoClock.getAsLong();
        final long arrivalNs = Math.min(in.waitNs(nowNs), out.waitNs(nowNs));
        final boolean ready = inner.await(Math.min(timeoutNs, arrivalNs));
        flush();
        return ready || in.waitNs(nanoClock.getAsLong()) == 0;
    }

    /** Packets that the link has lost on their way in and out. */
    public long lost() {
        return in.lost() + out.lost();
    }

    /** Those lost on their way in. Any thread, which may see it late. */
    public long lostIn() {
        return in.lost();
    }

    /** Those lost on their way out. Any thread, which may see it late. */
    public long lostOut() {
        return out.lost();
    }
}
