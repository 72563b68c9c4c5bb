package dev.culvert.endpoint;

import dev.culvert.tun.device.InterfaceAddress;
import dev.culvert.wire.IpAddress;

/** The kernel's address on a link, when ours is given. */
final class HostSide {
    private HostSide() {}

    /**
     * The first address of the network, or the second one where the first is ours: 10.83.0.1 for 10.83.0.2/24. On a link of
     * two (RFC 3021, RFC 6164) it is the other one.
     *
     * @throws IllegalArgumentException when the network has no room for a second one
     */
    static InterfaceAddress of(final InterfaceAddress own) {
        final int bits = own.isV4() ? 32 : 128;
        if (own.prefixLength() == bits) {
            throw new IllegalArgumentException(
                    own.address() + " needs a prefix length that leaves room for the kernel's side, such as "
                            + own.address() + "/" + (own.isV4() ? 24 : 64));
        }
        final boolean linkOfTwo = own.prefixLength() == bits - 1;
        final IpAddress network = network(own.address(), own.prefixLength());
        final IpAddress first = linkOfTwo ? network : plus(network, 1);
        final IpAddress chosen = first.equals(own.address()) ? plus(first, 1) : first;
        return new InterfaceAddress(chosen, own.prefixLength());
    }

    private static IpAddress network(final IpAddress address, final int prefixLength) {
        final byte[] bytes = address.toBytes();
        for (int bit = prefixLength; bit < bytes.length * 8; bit++) {
            bytes[bit / 8] &= (byte) ~(0x80 >>> bit % 8);
        }
        return IpAddress.of(bytes);
    }

    /** The last bits are zero or one, so there is no carry. */
    private static IpAddress plus(final IpAddress address, final int number) {
        return new IpAddress(address.hi(), address.lo() + number);
    }
}
