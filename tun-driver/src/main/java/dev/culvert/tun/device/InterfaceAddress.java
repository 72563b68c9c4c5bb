package dev.culvert.tun.device;

import dev.culvert.wire.IpAddress;

/** An address with the length of its network prefix in bits (0 to 32 or 0 to 128), as in {@code 10.83.0.2/24}. */
public record InterfaceAddress(IpAddress address, int prefixLength) {
    /** Checks that the prefix fits the family. */
    public InterfaceAddress {
        if (prefixLength < 0 || prefixLength > (address.isV4() ? 32 : 128)) {
            throw new IllegalArgumentException("prefix length out of range: " + address + "/" + prefixLength);
        }
    }

    /**
     * Reads {@code ADDRESS/PREFIX}; without a prefix the address stands alone (/32 or /128).
     *
     * @throws IllegalArgumentException when the text is no address; the message quotes it
     */
    public static InterfaceAddress parse(final String text) {
        final int slash = text.indexOf('/');
        final IpAddress address = IpAddress.parse(slash < 0 ? text : text.substring(0, slash));
        if (slash < 0) {
            return new InterfaceAddress(address, address.isV4() ? 32 : 128);
        }
        final String prefix = text.substring(slash + 1);
        if (!prefix.matches("[0-9]{1,3}")) {
            throw new IllegalArgumentException("not an address with a prefix length: '" + text + "'");
        }
        return new InterfaceAddress(address, Integer.parseInt(prefix));
    }

    /** Whether this is an IPv4 address. */
    public boolean isV4() {
        return address.isV4();
    }

    @Override
    public String toString() {
        return address + "/" + prefixLength;
    }
}
