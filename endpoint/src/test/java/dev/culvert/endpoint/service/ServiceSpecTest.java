package dev.culvert.endpoint.service;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ServiceSpecTest {
    @ParameterizedTest
    @CsvSource({
        "echo, ECHO, 7",
        "echo:7007, ECHO, 7007",
        "discard, DISCARD, 9",
        "daytime, DAYTIME, 13",
        "chargen:65535, CHARGEN, 65535",
        "http, HTTP, 80"
    })
    void aNameStandsForItsPortUnlessAnotherOneIsGiven(final String text, final ServiceKind kind, final int port) {
        assertEquals(new ServiceSpec(kind, port, Optional.empty()), ServiceSpec.parse(text));
    }

    @Test
    void httpTakesADirectoryWhoseNameMayHoldAnything(@TempDir final Path folder) throws Exception {
        final Path odd = Files.createDirectory(folder.resolve("a:b=c"));

        final ServiceSpec spec = ServiceSpec.parse("http:8080=" + odd);

        assertEquals(new ServiceSpec(ServiceKind.HTTP, 8080, Optional.of(odd)), spec);
        assertEquals("http:8080=" + odd, spec.toString());
        assertEquals(80, ServiceSpec.parse("http=" + odd).port());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "ECHO", "echo:", "echo:x", "echo:-7", "echo:65536", "echo:123456", "http=", "http=\0"})
    void whatItCannotReadIsRefused(final String text) {
        assertThrows(IllegalArgumentException.class, () -> ServiceSpec.parse(text));
    }

    @Test
    void twoServicesOnOnePortAreRefused() {
        final List<ServiceSpec> specs = List.of(ServiceSpec.parse("echo:7"), ServiceSpec.parse("http:7"));

        final String message = assertThrows(IllegalArgumentException.class, () -> ServiceSpec.checkPorts(specs))
                .getMessage();

        assertTrue(message.contains("echo:7") && message.contains("http:7"), message);
        ServiceSpec.checkPorts(ServiceSpec.ALL);
    }
}
