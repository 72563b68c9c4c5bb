package dev.culvert.endpoint.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.culvert.endpoint.InnerStack;
import dev.culvert.endpoint.service.Reaper;
import dev.culvert.tun.TransportAddress;
import dev.culvert.tun.stream.CulvertSocket;
import io.netty.buffer.ByteBufAllocator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Real requests over real connections, inside one stack. */
@Timeout(60)
class HttpServiceTest {
    private static final Instant NOW = Instant.parse("2026-03-05T07:08:09Z");
    private static final String CHANGED = "Wed, 04 Mar 2026 05:06:07 GMT";

    @TempDir
    private Path folder;

    private final InnerStack inner = new InnerStack();
    private final Reaper reaper = new Reaper(0);
    private final SendBudget budget = new SendBudget(8 << 20);
    private final byte[] content = new byte[3_000_000];
    private TransportAddress server;

    @BeforeEach
    void serve() throws IOException {
        new Random(7).nextBytes(content);
        final Path root = Files.createDirectory(folder.resolve("root"));
        file(root, "big", content);
        file(root, "hello.txt", "hello\n".getBytes(UTF_8));
        file(root, "empty", new byte[0]);
        Files.createDirectory(root.resolve("sub"));
        file(root, "sub/a b<c>.html", new byte[] {'x'});
        Files.createDirectory(root.resolve("site"));
        file(root, "site/index.html", "index".getBytes(UTF_8));
        file(folder, "secret", "secret".getBytes(UTF_8));
        Files.createSymbolicLink(root.resolve("outside"), folder.resolve("secret"));
        Files.createSymbolicLink(root.resolve("updir"), folder);
        Files.createSymbolicLink(root.resolve("alias"), Path.of("hello.txt"));
        Files.createSymbolicLink(root.resolve("loop"), Path.of("loop"));
        server = inner.offer(
                new HttpService(new DirectorySite(root), budget, reaper, Clock.fixed(NOW, ZoneOffset.UTC), line -> {}));
    }

    private static void file(final Path folder, final String name, final byte[] bytes) throws IOException {
        final Path file = Files.write(folder.resolve(name), bytes);
        Files.setLastModifiedTime(file, FileTime.from(Instant.parse("2026-03-04T05:06:07.89Z")));
    }

    @AfterEach
    void close() {
        inner.close();
        reaper.sweep(0);
        assertEquals(0, budget.heldBytes());
    }

    /** Sends text, closes our side, gives what comes back until the server closes. */
    private String exchange(final String requests) throws IOException {
        return new String(exchangeBytes(requests), ISO_8859_1);
    }

    private byte[] exchangeBytes(final String requests) throws IOException {
        try (CulvertSocket socket = inner.connect(server)) {
            socket.getOutputStream().write(requests.getBytes(ISO_8859_1));
            socket.shutdownOutput();
            return socket.getInputStream().readAllBytes();
        }
    }

    private static String get(final String target, final String... fields) {
        return request("GET", target, fields);
    }

    private static String request(final String method, final String target, final String... fields) {
        final StringBuilder request = new StringBuilder(method + " " + target + " HTTP/1.1\r\nHost: x\r\n");
        for (final String field : fields) {
            request.append(field).append("\r\n");
        }
        return request.append("\r\n").toString();
    }

    private static byte[] bodyOf(final byte[] response) {
        final int end = new String(response, ISO_8859_1).indexOf("\r\n\r\n") + 4;
        return Arrays.copyOfRange(response, end, response.length);
    }

    // ------------------------------------------------------------------ GET and HEAD

    @Test
    void getGivesAFileWithWhatThereIsToKnowAboutIt() throws IOException {
        assertEquals("""
                HTTP/1.1 200 OK\r
                content-type: text/plain; charset=utf-8\r
                content-length: 6\r
                accept-ranges: bytes\r
                last-modified: %s\r
                date: Thu, 05 Mar 2026 07:08:09 GMT\r
                server: culvert\r
                \r
                hello
                """.formatted(CHANGED), exchange(get("/hello.txt")));
    }

    @Test
    void headGivesTheSameWithoutContent() throws IOException {
        final String response = exchange(request("HEAD", "/big"));

        assertTrue(response.startsWith("HTTP/1.1 200 OK\r\n"), response);
        assertTrue(response.contains("\r\ncontent-length: 3000000\r\n"), response);
        assertTrue(response.endsWith("\r\n\r\n"), response);
    }

    @Test
    void aFileLargerThanEveryBufferComesWhole() throws IOException {
        assertArrayEquals(content, bodyOf(exchangeBytes(get("/big"))));
    }

    @Test
    void anEmptyFileComesAsNothing() throws IOException {
        assertEquals(0, bodyOf(exchangeBytes(get("/empty"))).length);
    }

    @ParameterizedTest
    @CsvSource({
        "/nothing, 404 Not Found",
        "/hello.txt/, 404 Not Found",
        "/hello.txt/x, 404 Not Found",
        "/../secret, 404 Not Found",
        "/%2e%2e/secret, 404 Not Found",
        "/sub/..%2f..%2fsecret, 404 Not Found",
        "/outside, 404 Not Found",
        "/updir/secret, 404 Not Found",
        "/updir/, 404 Not Found",
        "/loop, 404 Not Found",
        "//etc/passwd, 404 Not Found",
        "/%00, 400 Bad Request",
        "/%zz, 400 Bad Request",
        "hello.txt, 400 Bad Request",
        "/alias, 200 OK",
        "/hello.txt?a=b, 200 OK",
        "http://x/hello.txt, 200 OK",
        "http://x, 200 OK",
        "/sub, 301 Moved Permanently",
        "/site/, 200 OK",
    })
    void noPathLeadsOutOfTheDirectory(final String target, final String status) throws IOException {
        final String response = exchange(get(target));

        assertTrue(response.startsWith("HTTP/1.1 " + status + "\r\n"), response);
        assertTrue(!response.contains("secret\n") && !response.endsWith("secret"), response);
    }

    @Test
    void aDirectoryHasItsIndexOrAListOfLinksThatWork() throws IOException {
        assertEquals("index", new String(bodyOf(exchangeBytes(get("/site/"))), UTF_8));
        final String list = new String(bodyOf(exchangeBytes(get("/sub/"))), UTF_8);
        assertTrue(list.contains("<a href=\"./a%20b%3Cc%3E.html\">a b&lt;c&gt;.html</a>"), list);
        assertTrue(exchange(get("/sub/a%20b%3Cc%3E.html")).endsWith("\r\n\r\nx"));
        assertTrue(exchange(get("/sub")).contains("\r\nlocation: /sub/\r\n"));
    }

    // ------------------------------------------------------------------ ranges and conditions

    @Test
    void aRangeGivesThatPart() throws IOException {
        final byte[] response = exchangeBytes(get("/big", "Range: bytes=1000000-1999999"));

        final String head = new String(response, 0, 300, ISO_8859_1);
        assertTrue(head.startsWith("HTTP/1.1 206 Partial Content\r\n"), head);
        assertTrue(head.contains("\r\ncontent-length: 1000000\r\n"), head);
        assertTrue(head.contains("\r\ncontent-range: bytes 1000000-1999999/3000000\r\n"), head);
        assertArrayEquals(Arrays.copyOfRange(content, 1_000_000, 2_000_000), bodyOf(response));
    }

    @Test
    void aRangeBeyondTheEndIsRefusedAndTheLengthTold() throws IOException {
        final String response = exchange(get("/hello.txt", "Range: bytes=6-"));

        assertTrue(response.startsWith("HTTP/1.1 416 "), response);
        assertTrue(response.contains("\r\ncontent-range: bytes */6\r\n"), response);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "If-Range: Wed, 04 Mar 2026 05:06:07 GMT | 206",
                "If-Range: Wed, 04 Mar 2026 05:06:08 GMT | 200",
                "If-Range: \"etag\" | 200",
            })
    void ifRangeGivesTheWholeUnlessNothingChanged(final String field, final String status) throws IOException {
        final String response = exchange(get("/hello.txt", "Range: bytes=0-1", field));

        assertTrue(response.startsWith("HTTP/1.1 " + status), response);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Wed, 04 Mar 2026 05:06:07 GMT | 304",
                "Thu, 05 Mar 2026 00:00:00 GMT | 304",
                "Wed, 04 Mar 2026 05:06:06 GMT | 200",
                "yesterday | 200",
            })
    void ifModifiedSinceGivesNothingUnlessItChanged(final String date, final String status) throws IOException {
        final String response = exchange(get("/hello.txt", "If-Modified-Since: " + date));

        assertTrue(response.startsWith("HTTP/1.1 " + status), response);
        assertEquals("304".equals(status), response.endsWith("\r\n\r\n"), response);
    }

    // ------------------------------------------------------------------ connections

    @Test
    void oneConnectionCarriesManyRequestsAlsoWhenSentAhead() throws IOException {
        final String pipeline = get("/hello.txt").repeat(500) + get("/big") + get("/hello.txt");

        final String responses = exchange(pipeline);

        assertEquals(502, responses.split("HTTP/1\\.1 200 OK", -1).length - 1);
        assertTrue(responses.endsWith("\r\n\r\nhello\n"));
    }

    @Test
    void theServerClosesAfterARequestThatSaysSo() throws IOException {
        try (CulvertSocket socket = inner.connect(server)) {
            socket.getOutputStream().write((get("/hello.txt", "Connection: close") + get("/big")).getBytes(UTF_8));

            final String response = new String(socket.getInputStream().readAllBytes(), ISO_8859_1);

            assertTrue(response.contains("\r\nconnection: close\r\n"), response);
            assertTrue(response.endsWith("hello\n"), response);
        }
    }

    @ParameterizedTest
    @CsvSource({"'', false", "'Connection: keep-alive\r\n', true"})
    void anOldClientKeepsItsConnectionOnlyIfItAsks(final String field, final boolean kept) throws IOException {
        final String responses = exchange(("GET /hello.txt HTTP/1.0\r\n" + field + "\r\n").repeat(2));

        assertEquals(kept ? 2 : 1, responses.split("HTTP/1\\.1 200 OK", -1).length - 1, responses);
        assertTrue(responses.contains(kept ? "connection: keep-alive" : "connection: close"), responses);
    }

    @Test
    void aRequestMayComeByteByByte() throws IOException {
        try (CulvertSocket socket = inner.connect(server)) {
            for (final byte b : get("/hello.txt", "Connection: close").getBytes(UTF_8)) {
                socket.getOutputStream().write(b);
            }
            assertTrue(new String(socket.getInputStream().readAllBytes(), UTF_8).endsWith("hello\n"));
        }
    }

    @Test
    void anIdleConnectionIsClosedWhenItsTimeIsOver() throws IOException {
        try (CulvertSocket socket = inner.connect(server)) {
            socket.getOutputStream().write("GET / HT".getBytes(UTF_8));
            final CulvertSocket busy = inner.connect(server);
            sweepAt(HttpConnection.IDLE_NS - 1);
            busy.getOutputStream().write(get("/hello.txt").getBytes(UTF_8));
            assertEquals('H', busy.getInputStream().read());

            sweepAt(HttpConnection.IDLE_NS);

            assertEquals(-1, socket.getInputStream().read());
            busy.getOutputStream().write(get("/hello.txt", "Connection: close").getBytes(UTF_8));
            busy.shutdownOutput();
            assertTrue(new String(busy.getInputStream().readAllBytes(), UTF_8).endsWith("hello\n"));
            busy.close();
        }
    }

    private void sweepAt(final long nowNs) throws IOException {
        inner.stack.call(() -> {
            reaper.sweep(nowNs);
            return null;
        });
    }

    // ------------------------------------------------------------------ what is refused

    @ParameterizedTest
    @CsvSource({
        "POST, 405 Method Not Allowed",
        "PUT, 405 Method Not Allowed",
        "DELETE, 405 Method Not Allowed",
        "BREW, 501 Not Implemented",
        "OPTIONS, 204 No Content",
    })
    void otherMethodsAreRefusedAndToldWhichAreNot(final String method, final String status) throws IOException {
        final String response = exchange(request(method, "/hello.txt"));

        assertTrue(response.startsWith("HTTP/1.1 " + status + "\r\n"), response);
        assertEquals(!"BREW".equals(method), response.contains("\r\nallow: GET, HEAD, OPTIONS\r\n"), response);
    }

    @Test
    void theContentOfARefusedRequestIsReadAndTheConnectionGoesOn() throws IOException {
        final String put = request("PUT", "/up", "Content-Length: 1000000") + "x".repeat(1_000_000);
        final String chunked = request("POST", "/up", "Transfer-Encoding: chunked") + "3\r\nabc\r\n0\r\n\r\n";

        final String responses = exchange(put + chunked + get("/hello.txt"));

        assertEquals(2, responses.split("HTTP/1\\.1 405 ", -1).length - 1, responses);
        assertTrue(responses.endsWith("hello\n"), responses);
    }

    @Test
    void tooMuchUnwantedContentEndsTheConnectionAfterTheAnswerWasSeen() throws IOException, InterruptedException {
        try (CulvertSocket socket = inner.connect(server)) {
            final Thread writer = new Thread(() -> writeWithoutEnd(socket));
            writer.start();

            final String response = new String(socket.getInputStream().readNBytes(34), UTF_8);

            assertEquals("HTTP/1.1 405 Method Not Allowed\r\nc", response);
            assertTrue(new String(socket.getInputStream().readAllBytes(), UTF_8).contains("405"));
            socket.abort();
            writer.join();
        }
    }

    private static void writeWithoutEnd(final CulvertSocket socket) {
        try {
            socket.getOutputStream()
                    .write(request("PUT", "/up", "Content-Length: 999999999999").getBytes(UTF_8));
            while (true) {
                socket.getOutputStream().write(new byte[65_536]);
            }
        } catch (final IOException ended) {
            assertTrue(socket.isClosed());
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "GET / HTTP/2.0#Host: x## | 505",
                "GET / HTTP/1.1## | 400",
                "GET / HTTP/1.1#Host: x#Host: y## | 400",
                "GET / HTTP/1.1#Host: x#Bad Name: y## | 400",
                "GET / HTTP/1.1#Host: x#Expect: miracles## | 417",
                "nonsense## | 400",
            })
    void aMalformedRequestIsTheLastOne(final String text, final String status) throws IOException {
        final String response = exchange(text.strip().replace("#", "\r\n") + get("/hello.txt"));

        assertTrue(response.startsWith("HTTP/1.1 " + status + " "), response);
        assertEquals(1, response.split("HTTP/1\\.1 ", -1).length - 1, response);
        assertTrue(response.contains("\r\nconnection: close\r\n"), response);
    }

    @ParameterizedTest
    @ValueSource(ints = {9_000, 40_000})
    void aHeadWithoutEndIsRefusedInTime(final int length) throws IOException {
        final boolean line = length < 10_000;
        final String head = line ? get("/" + "a".repeat(length)) : get("/", "A: " + "a".repeat(length));

        final String response = exchange(head);

        assertTrue(response.startsWith(line ? "HTTP/1.1 414 " : "HTTP/1.1 431 "), response);
    }

    @Test
    void whoWaitsForConsentGetsTheAnswerInstead() throws IOException { // RFC 9110 §10.1.1
        final String response = exchange(request("PUT", "/up", "Content-Length: 5", "Expect: 100-continue"));

        assertTrue(response.startsWith("HTTP/1.1 405 "), response);
        assertTrue(response.contains("\r\nconnection: close\r\n"), response);
    }

    // ------------------------------------------------------------------ slow readers and the end

    @Test
    void slowReadersShareABoundedAmountOfMemory() throws IOException {
        final int readers = 100; // of 3 MB each, with 8 MiB to share
        final List<InnerStack.Listening> clients = new ArrayList<>();
        for (int i = 0; i < readers; i++) {
            clients.add(inner.listenSlowly(server, get("/big", "Connection: close")));
            clients.get(i).awaitBeginning();
        }

        final long held = inner.stack.call(inner::bytesInUse);

        assertTrue(held > 8L << 20, "the readers are not slow: " + held + " bytes held");
        assertTrue(held <= (8L << 20) + readers * 3L * SendBudget.LEAST, held + " bytes held");
        clients.get(0).goOn();
        assertArrayEquals(content, bodyOf(clients.get(0).answer()));
        clients.get(readers - 1).goOn();
        assertArrayEquals(content, bodyOf(clients.get(readers - 1).answer()));
        inner.stack.shutdown(Duration.ZERO);
    }

    @Test
    void whatIsWrittenCountsUntilItIsDelivered() throws IOException {
        final InnerStack.Listening client =
                inner.listenSlowly(server, get("/big", "Range: bytes=0-499999", "Connection: close"));
        client.awaitBeginning();
        sweepAt(0);

        final long held = inner.stack.call(budget::heldBytes);

        assertTrue(held >= 400_000 && held <= 1_000_000, held + " bytes held");
        client.goOn();
        client.answer();
        while (inner.stack.call(budget::heldBytes) > 0) {
            sweepAt(0);
        }
    }

    @Test
    void aFileThatShrinksMeanwhileEndsInAResetAndNotInAShortAnswer() throws IOException {
        final Path file = folder.resolve("root/big");
        final FileBody body = new FileBody(file, 0, content.length);
        Files.write(file, new byte[10]);
        body.next(ByteBufAllocator.DEFAULT, 100).release();
        assertThrows(IOException.class, () -> body.next(ByteBufAllocator.DEFAULT, 100));
        body.close();
    }

    @Test
    void whenTheStackClosesAnAnswerUnderWayIsCompleted() {
        final InnerStack.Listening busy = inner.listen(server, get("/big"));
        final InnerStack.Listening idle = inner.listen(server, get("/hello.txt"));
        busy.awaitBeginning();
        idle.awaitBeginning();

        inner.stack.shutdown(Duration.ofSeconds(20));

        assertArrayEquals(content, bodyOf(busy.answer()));
        assertEquals("hello\n", new String(bodyOf(idle.answer()), UTF_8));
    }
}
