package dev.culvert.tun.device;

import dev.culvert.shim.LibC;
import dev.culvert.wire.IpAddress;
import java.nio.ByteOrder;
import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Configures interfaces by ioctl (netdevice(7)) and rtnetlink(7) through sockets, in the network namespace where those were
 * made: no external tool, and a process outside can do it. One thread.
 */
public final class InterfaceConfig implements AutoCloseable {
    private static final long SIOCGIFFLAGS = 0x8913;
    private static final long SIOCSIFFLAGS = 0x8914;
    private static final long SIOCSIFADDR = 0x8916;
    private static final long SIOCSIFNETMASK = 0x891c;
    private static final long SIOCGIFMTU = 0x8921;
    private static final long SIOCSIFMTU = 0x8922;
    private static final long SIOCGIFINDEX = 0x8933;
    private static final int IFF_UP = 1;
    private static final int IN6_IFREQ_SIZE = 24;
    private static final int IN6_PREFIX_LENGTH = 16;
    private static final int IN6_INDEX = 20;

    private final int inet;
    private final int inet6;
    private final RouteSocket route;

    /**
     * Over an IPv4 and an IPv6 datagram socket and a NETLINK_ROUTE socket, closed with this; the second is negative where
     * there is no IPv6.
     */
    public InterfaceConfig(final int inet, final int inet6, final int route) {
        this.inet = inet;
        this.inet6 = inet6;
        this.route = new RouteSocket(route);
    }

    /** In the current network namespace. */
    public static InterfaceConfig here() {
        final int inet = LibC.socket(LibC.AF_INET, LibC.SOCK_DGRAM | LibC.O_CLOEXEC, 0);
        final int route = RouteSocket.open();
        if (inet < 0 || route < 0) {
            throw new DeviceException("cannot make a socket: " + LibC.errorText(Math.min(inet, route)));
        }
        return new InterfaceConfig(inet, LibC.socket(LibC.AF_INET6, LibC.SOCK_DGRAM | LibC.O_CLOEXEC, 0), route);
    }

    /** Whether there is an interface of this name. */
    public boolean exists(final String name) {
        return LibC.ioctl(inet, SIOCGIFINDEX, new IfReq(name).address()) >= 0;
    }

    /** MTU in bytes. */
    public int mtu(final String name) {
        return get(SIOCGIFMTU, name, "read the MTU").getInt();
    }

    /**
     * Gives a new interface its queue length, MTU and addresses and switches it on.
     *
     * @return whether it carries IPv6: the kernel and the MTU allow it
     */
    public boolean setUp(final TunOptions options) {
        setTxQueueLength(options.name(), options.txQueueLength());
        setMtu(options.name(), options.mtu());
        int labels = 0;
        for (final InterfaceAddress address : options.hostAddresses()) {
            if (address.isV4()) {
                // One name holds one address; further ones go by the names NAME:1, NAME:2 and so on.
                addV4(labels == 0 ? options.name() : options.name() + ":" + labels, address);
                labels++;
            }
        }
        up(options.name());
        return options.carriesV6() && addV6(options);
    }

    private boolean addV6(final TunOptions options) {
        boolean usable = inet6 >= 0;
        for (final InterfaceAddress address : options.hostAddresses()) {
            usable = usable && (address.isV4() || addV6(options.name(), address));
        }
        return usable;
    }

    /** Switches an interface on. The other flags stay: without NOARP, IPv6 addresses would wait for duplicates (RFC 4862). */
    public void up(final String name) {
        final IfReq request = get(SIOCGIFFLAGS, name, "read the flags");
        ioctl(inet, SIOCSIFFLAGS, request.putShort(request.getShort() | IFF_UP), name, "switch on");
    }

    /** Sets the MTU in bytes. */
    public void setMtu(final String name, final int mtu) {
        ioctl(inet, SIOCSIFMTU, new IfReq(name).putInt(mtu), name, "set the MTU " + mtu);
    }

    /** Sets how many packets the kernel keeps for the reader of the TUN. */
    public void setTxQueueLength(final String name, final int packets) {
        final int result =
                route.setTxQueueLength(get(SIOCGIFINDEX, name, "find").getInt(), packets);
        if (result < 0) {
            throw problem("set the queue length " + packets, name, result);
        }
    }

    private void addV4(final String label, final InterfaceAddress address) {
        final int bits = (int) address.address().lo();
        final int mask = address.prefixLength() == 0 ? 0 : -1 << 32 - address.prefixLength();
        final String what = "set the address " + address;
        ioctl(inet, SIOCSIFADDR, new IfReq(label).putSocketAddress(LibC.AF_INET, bits), label, what);
        ioctl(inet, SIOCSIFNETMASK, new IfReq(label).putSocketAddress(LibC.AF_INET, mask), label, what);
    }

    /** False when the kernel's configuration has IPv6 off; Culvert then lives with IPv4. */
    private boolean addV6(final String name, final InterfaceAddress address) {
        final UnsafeBuffer request = new UnsafeBuffer(BufferUtil.allocateDirectAligned(IN6_IFREQ_SIZE, Long.BYTES));
        final IpAddress ip = address.address();
        request.putLong(0, ip.hi(), ByteOrder.BIG_ENDIAN);
        request.putLong(Long.BYTES, ip.lo(), ByteOrder.BIG_ENDIAN);
        request.putInt(IN6_PREFIX_LENGTH, address.prefixLength());
        request.putInt(IN6_INDEX, get(SIOCGIFINDEX, name, "find").getInt());
        return LibC.ioctl(inet6, SIOCSIFADDR, request.addressOffset()) >= 0;
    }

    private IfReq get(final long request, final String name, final String what) {
        final IfReq answer = new IfReq(name);
        ioctl(inet, request, answer, name, what);
        return answer;
    }

    private static void ioctl(
            final int socket, final long request, final IfReq argument, final String name, final String what) {
        final int result = LibC.ioctl(socket, request, argument.address());
        if (result < 0) {
            throw problem(what, name, result);
        }
    }

    private static DeviceException problem(final String what, final String name, final int errno) {
        return new DeviceException("cannot " + what + " on " + name + " (" + LibC.errorText(errno) + ")");
    }

    @Override
    public void close() {
        LibC.close(inet);
        if (inet6 >= 0) {
            LibC.close(inet6);
        }
        route.close();
    }
}
