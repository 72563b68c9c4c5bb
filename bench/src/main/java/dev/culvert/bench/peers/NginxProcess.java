package dev.culvert.bench.peers;

import dev.culvert.bench.churn.Usage;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Runs nginx with one worker that answers on {@link #PORT} and closes, from a directory that goes with it. Says
 * {@code ready}; to every line on its input it says what nginx has used, and both end with its input.
 */
final class NginxProcess {
    /** Beside those of the kernel's server. */
    static final int PORT = 8_080;

    private static final long NS_PER_TICK = 10_000_000;
    private static final String CONFIGURATION = """
            user root root;
            daemon off;
            master_process off;
            pid DIR/pid;
            error_log stderr crit;
            events { worker_connections 8192; }
            http {
              access_log off;
              keepalive_timeout 0;
              client_body_temp_path DIR/a; proxy_temp_path DIR/b; fastcgi_temp_path DIR/c;
              uwsgi_temp_path DIR/d; scgi_temp_path DIR/e;
              server { listen PORT backlog=4096; return 200 "TEXT"; }
            }
            """;

    private NginxProcess() {}

    /** Serves until its input ends. */
    public static void main(final String[] args) throws IOException, InterruptedException {
        final Path directory = Files.createTempDirectory("culvert-nginx");
        final Path configuration = directory.resolve("nginx.conf");
        Files.writeString(
                configuration,
                CONFIGURATION
                        .replace("DIR", directory.toString())
                        .replace("PORT", Integer.toString(PORT))
                        .replace("TEXT", "So it goes, on and on. ".repeat(7).substring(0, 152)));
        final Process nginx = new ProcessBuilder(
                        "setpriv",
                        "--pdeathsig",
                        "KILL",
                        "--",
                        "nginx",
                        "-p",
                        directory.toString(),
                        "-c",
                        configuration.toString())
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try {
            serve(nginx, directory.resolve("pid"));
        } finally {
            nginx.destroy();
            nginx.waitFor();
            try (Stream<Path> files = Files.walk(directory)) {
                files.sorted(Comparator.reverseOrder())
                        .forEach(file -> file.toFile().delete());
            }
        }
    }

    private static void serve(final Process nginx, final Path pid) throws IOException, InterruptedException {
        while (!Files.exists(pid)) { // it listens before it writes this
            if (nginx.waitFor(10, TimeUnit.MILLISECONDS)) {
                throw new IOException("nginx has ended with exit code " + nginx.exitValue());
            }
        }
        System.out.println("ready");
        try (BufferedReader questions = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            while (questions.readLine() != null) {
                System.out.println(new Usage(Machine.ticks(nginx.pid()) * NS_PER_TICK, 0).words());
            }
        }
    }
}
