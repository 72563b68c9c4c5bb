package dev.culvert.endpoint;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a port, 1 to 65,535. */
final class Ports implements ITypeConverter<Integer> {
    @Override
    public Integer convert(final String text) {
        final int port = text.matches("[0-9]{1,5}") ? Integer.parseInt(text) : 0;
        if (port < 1 || port > 65_535) {
            throw new TypeConversionException("'" + text + "' is no port: 1 to 65535");
        }
        return port;
    }
}
