package dev.culvert.tun.device;

import dev.culvert.tcp.FlowOwner;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * What a TUN interface is to look like. Immutable.
 *
 * @param name of the interface, 1 to 15 characters
 * @param mtu in bytes, 68 to 65,535; below 1,280 there is no IPv6 (RFC 8200 §5)
 * @param stackAddresses the stack's own addresses, at the far end of the interface
 * @param hostAddresses the addresses that the kernel gives to its end
 * @param txQueueLength packets that wait in the kernel for the stack to read them
 * @param offload whether super-segments and checksums are left to the kernel where it can; else packets are as on a wire
 * @param queues how many queues it has where kernel and interface allow, 1 to 16
 */
public record TunOptions(
        String name,
        int mtu,
        List<InterfaceAddress> stackAddresses,
        List<InterfaceAddress> hostAddresses,
        int txQueueLength,
        boolean offload,
        int queues) {
    /** Smallest MTU that carries IPv6 (RFC 8200 §5). */
    public static final int MIN_MTU_V6 = 1280;

    /** Device culvert0, MTU 1500, stack 10.83.0.2/24 and fd83::2/64, kernel 10.83.0.1 and fd83::1, with offload. */
    public static final TunOptions DEFAULT = new TunOptions(
            "culvert0",
            1500,
            List.of(InterfaceAddress.parse("10.83.0.2/24"), InterfaceAddress.parse("fd83::2/64")),
            List.of(InterfaceAddress.parse("10.83.0.1/24"), InterfaceAddress.parse("fd83::1/64")),
            4000,
            true,
            1);

    /** More queues than that no stack has. */
    public static final int MAX_QUEUES = FlowOwner.MAX_SHARDS;

    /** Refuses what the kernel would refuse, with a clearer word. */
    public TunOptions {
        stackAddresses = List.copyOf(stackAddresses);
        hostAddresses = List.copyOf(hostAddresses);
        final int bytes = name.getBytes(StandardCharsets.UTF_8).length;
        if (bytes < 1 || bytes > 15 || name.matches("\\.|\\.\\.|.*[\\s/:%].*")) {
            throw new IllegalArgumentException(
                    "not an interface name (1 to 15 characters, no space, '/', ':' or '%'): '" + name + "'");
        }
        if (mtu < 68 || mtu > 65_535) {
            throw new IllegalArgumentException("MTU must be 68 to 65535, not " + mtu);
        }
        if (txQueueLength < 1) {
            throw new IllegalArgumentException("queue length must be at least 1, not " + txQueueLength);
        }
        if (queues < 1 || queues > MAX_QUEUES) {
            throw new IllegalArgumentException("queues must be 1 to " + MAX_QUEUES + ", not " + queues);
        }
    }

    /** The same with another name. */
    public TunOptions withName(final String newName) {
        return new TunOptions(newName, mtu, stackAddresses, hostAddresses, txQueueLength, offload, queues);
    }

    /** The same with another MTU. */
    public TunOptions withMtu(final int newMtu) {
        return new TunOptions(name, newMtu, stackAddresses, hostAddresses, txQueueLength, offload, queues);
    }

    /** The same with other addresses of the stack. */
    public TunOptions withStackAddresses(final List<InterfaceAddress> addresses) {
        return new TunOptions(name, mtu, addresses, hostAddresses, txQueueLength, offload, queues);
    }

    /** The same with other addresses of the kernel's end. */
    public TunOptions withHostAddresses(final List<InterfaceAddress> addresses) {
        return new TunOptions(name, mtu, stackAddresses, addresses, txQueueLength, offload, queues);
    }

    /** The same with another queue length. */
    public TunOptions withTxQueueLength(final int packets) {
        return new TunOptions(name, mtu, stackAddresses, hostAddresses, packets, offload, queues);
    }

    /** The same with another number of queues. */
    public TunOptions withQueues(final int number) {
        return new TunOptions(name, mtu, stackAddresses, hostAddresses, txQueueLength, offload, number);
    }

    /** The same with offload, or without. */
    public TunOptions withOffload(final boolean wanted) {
        return new TunOptions(name, mtu, stackAddresses, hostAddresses, txQueueLength, wanted, queues);
    }

    /** Whether the MTU allows IPv6. */
    public boolean carriesV6() {
        return mtu >= MIN_MTU_V6;
    }

    /** The first IPv4 address of the stack. */
    public Optional<InterfaceAddress> stackV4() {
        return stackAddresses.stream().filter(InterfaceAddress::isV4).findFirst();
    }

    /** The first IPv6 address of the stack; empty when the MTU does not allow IPv6. */
    public Optional<InterfaceAddress> stackV6() {
        return stackAddresses.stream().filter(a -> carriesV6() && !a.isV4()).findFirst();
    }
}
