package dev.culvert.endpoint;

import dev.culvert.wire.IpAddress;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads an IP address from the command line. */
final class Addresses implements ITypeConverter<IpAddress> {
    @Override
    public IpAddress convert(final String text) {
        try {
            return IpAddress.parse(text);
        } catch (final IllegalArgumentException e) {
            throw new TypeConversionException("'" + text + "' is no IP address");
        }
    }
}
