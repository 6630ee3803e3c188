// Sends with the JDK's HttpClient: java Sender.java WAY BODY URL KEY DATASET.
// Prints what it sent, the status, the version of HTTP and the answer as JSON.

import java.io.ByteArrayInputStream;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

class Sender {
    public static void main(String[] arguments) throws Exception {
        String way = arguments[0];
        String body = body(arguments[1], arguments[4]);
        URI uri = URI.create(arguments[2] + (body.startsWith("[") ? "/v1/events/batch" : "/v1/events"));
        HttpRequest.Builder request = HttpRequest.newBuilder(uri).header("Authorization", "Bearer " + arguments[3]);
        if (!way.equals("untyped")) {
            request.header("Content-Type", "application/json");
        }
        request.expectContinue(way.equals("expect")).POST(publisher(way, body));
        HttpClient client = client(way);
        HttpResponse<String> response = way.equals("async")
                ? client.sendAsync(request.build(), BodyHandlers.ofString()).get()
                : client.send(request.build(), BodyHandlers.ofString());
        String line = "{\"sent\":%s,\"status\":%d,\"version\":\"%s\",\"answer\":%s}"
                .formatted(body, response.statusCode(), response.version(), response.body());
        new PrintStream(System.out, true, StandardCharsets.UTF_8).println(line);
    }

    static HttpClient client(String way) {
        HttpClient.Builder builder = HttpClient.newBuilder();
        return way.equals("http1") ? builder.version(HttpClient.Version.HTTP_1_1).build() : builder.build();
    }

    static BodyPublisher publisher(String way, String body) {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        return way.equals("stream")
                ? BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(bytes))
                : BodyPublishers.ofByteArray(bytes);
    }

    static String body(String kind, String dataSetId) throws Exception {
        if (!kind.equals("batch")) {
            return event("Jane@example.com", dataSetId);
        }
        String joe = event("joe@example.com", dataSetId);
        return "[%s,%s,%s]".formatted(event("jane@example.com", dataSetId), joe, event("kim@example.com", dataSetId));
    }

    static String event(String email, String dataSetId) throws Exception {
        String sample = """
                {"data_set_id":"%s","timestamp":%d,"event_type":"purchase","value":129.99,"currency_code":"USD",\
                "identifiers":{"email_sha256":"%s"},"custom_data":{"product":"Cr\u00e8me br\u00fbl\u00e9e"}}""";
        return sample.formatted(dataSetId, Instant.now().getEpochSecond(), sha256(email));
    }

    static String sha256(String text) throws Exception {
        byte[] plain = text.strip().toLowerCase(Locale.ROOT).getBytes(StandardCharsets.UTF_8);
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(plain));
    }
}
