package dev.culvert.tun.example;

import dev.culvert.tun.Connection;
import dev.culvert.tun.ConnectionHandler;
import dev.culvert.tun.CulvertStack;
import dev.culvert.tun.device.TunDevice;
import dev.culvert.tun.device.TunOptions;

/** Sends back what it gets (RFC 862), no faster than the peer takes it. */
public final class EchoServer implements ConnectionHandler {
    @Override
    public void onReadable(final Connection connection) {
        if (!connection.write(connection.read())) {
            connection.pauseReading(); // closes the window, so that the peer waits as well
        }
    }

    @Override
    public void onWritable(final Connection connection) {
        connection.resumeReading();
    }

    public static void main(final String[] args) throws Exception {
        final CulvertStack stack = CulvertStack.builder()
                .device(TunDevice.attach(TunOptions.DEFAULT))
                .address("10.83.0.2")
                .address("fd83::2")
                .build();
        stack.listen(7, connection -> new EchoServer());
        stack.start();
    }
}
