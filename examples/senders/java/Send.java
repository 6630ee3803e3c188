// Sends orders as purchases, in batches, and tries again what may yet succeed: java Send.java orders.csv
// Needs Java 17 and no libraries. Where a library for JSON is at hand, let it do what purchase() and quoted() do.

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

class Send {
    enum Outcome { ACCEPTED, REFUSED, GIVEN_UP }

    /** A line of the file. */
    record Order(String transactionId, String timestamp, String value, String currency,
            String email, String ip, String gppString, String gppSid) {}

    /** What came of one attempt, in words too. Status 0 is no answer. */
    record Answer(int status, String text, long retryAfterSeconds) {}

    static final String COLUMNS = "transaction_id,timestamp,value,currency,email,ip,gpp_string,gpp_sid";
    static final int MOST_ATTEMPTS = 6;
    static final double LONGEST_SECONDS = 60;
    static final String URL = setting("MOCK_CAPI_URL", "", "https?://.+", "must begin with http:// or https://");
    static final String DATA_SET_ID = setting("MOCK_CAPI_DATA_SET_ID", "", ".+", "is not set");
    static final String[] HEADERS = {"Authorization", "Bearer " + setting("MOCK_CAPI_API_KEY", "", ".+", "is not set"),
        "Content-Type", "application/json", "Accept", "application/json"};
    static final int BATCH_SIZE = (int) Math.ceil(positive("BATCH_SIZE", "500"));
    static final double BACKOFF_SECONDS = positive("BACKOFF_SECONDS", "1");
    static final Duration TIMEOUT = Duration.ofMillis((long) (1000 * positive("TIMEOUT_SECONDS", "10")));
    static final HttpClient CLIENT = HttpClient.newHttpClient();

    public static void main(String[] arguments) throws InterruptedException {
        List<Optional<String>> orders = read(linesOf(arguments));
        List<String> events = orders.stream().flatMap(Optional::stream).toList();
        int[] count = new int[Outcome.values().length];
        for (int start = 0; start < events.size(); start += BATCH_SIZE) {
            List<String> batch = events.subList(start, Math.min(start + BATCH_SIZE, events.size()));
            String what = "events %d to %d".formatted(start + 1, start + batch.size());
            Outcome outcome = batch.size() == 1
                    ? send("/v1/events", batch.get(0), what)
                    : send("/v1/events/batch", "[" + String.join(",", batch) + "]", what);
            count[outcome.ordinal()] += batch.size();
        }
        System.out.printf("%d orders: %d accepted, %d refused, %d given up, %d left out since they name nobody%n",
                orders.size(), count[0], count[1], count[2], orders.size() - events.size());
        System.exit(count[Outcome.ACCEPTED.ordinal()] == events.size() ? 0 : 1);
    }

    /** Ends before anything is sent. */
    static IllegalStateException stop(String reason) {
        System.err.println("Send.java: " + reason);
        System.exit(2);
        return new IllegalStateException(reason);
    }

    /** An environment variable that is as it must be. */
    static String setting(String name, String fallback, String pattern, String rule) {
        String given = System.getenv().getOrDefault(name, "");
        String value = given.isEmpty() ? fallback : given;
        if (!value.matches(pattern)) {
            throw stop(name + " " + rule);
        }
        return value;
    }

    static double positive(String name, String fallback) {
        return Double.parseDouble(setting(name, fallback, "(?=.*[1-9])\\d*\\.?\\d+", "must be a number above 0"));
    }

    static List<String> linesOf(String[] arguments) {
        try {
            return arguments.length > 0
                    ? Files.readAllLines(Path.of(arguments[0]))
                    : new String(System.in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
        } catch (IOException error) {
            throw stop("cannot read: " + error);
        }
    }

    /** The event of each order, or nothing of one that names nobody. */
    static List<Optional<String>> read(List<String> lines) {
        if (lines.isEmpty() || !lines.get(0).equals(COLUMNS)) {
            throw stop("line 1: must be " + COLUMNS);
        }
        List<Optional<String>> orders = new ArrayList<>();
        for (int place = 1; place < lines.size(); place++) {
            try {
                if (!lines.get(place).isEmpty()) {
                    orders.add(purchase(orderOf(lines.get(place))));
                }
            } catch (IllegalArgumentException | DateTimeException error) {
                throw stop("line %d: %s".formatted(place + 1, error.getMessage()));
            }
        }
        return orders;
    }

    /** Cells must be free of commas, quotes and control characters; where they are not, use a library for CSV. */
    static Order orderOf(String line) {
        String[] cells = line.split(",", -1);
        if (cells.length != 8 || line.matches(".*[\"\\p{Cntrl}].*")) {
            throw new IllegalArgumentException("there must be 8 plain cells");
        }
        return new Order(cells[0], cells[1], cells[2], cells[3], cells[4], cells[5], cells[6], cells[7]);
    }

    /** Nothing in an event depends on when it is sent, so it may be sent again. %d would write digits of the locale. */
    static Optional<String> purchase(Order order) {
        if (!order.value.matches("(0|[1-9]\\d*)(\\.\\d+)?")) {
            throw new IllegalArgumentException("the value is no plain number, such as 129.90");
        }
        if (!order.gppString.isEmpty() && !order.gppSid.matches("\\d+( \\d+)*")) {
            throw new IllegalArgumentException("gpp_sid must be the ids of sections, such as 7 8");
        }
        long timestamp = OffsetDateTime.parse(order.timestamp).toEpochSecond();
        String identifiers = identifiersOf(order);
        String privacy = order.gppString.isEmpty() ? "" : ",\"privacy\":{\"gpp_string\":%s,\"gpp_sid\":[%s]}"
                .formatted(quoted(order.gppString), order.gppSid.replace(' ', ','));
        String event = """
                {"data_set_id":%s,"timestamp":%s,"event_type":"purchase","value":%s,"currency_code":%s,\
                "identifiers":{%s},"custom_data":{"transaction_id":%s}%s}""".formatted(quoted(DATA_SET_ID), timestamp,
                order.value, quoted(order.currency), identifiers, quoted(order.transactionId), privacy);
        return identifiers.isEmpty() ? Optional.empty() : Optional.of(event);
    }

    /** Who it was, as far as is known, hashed. Of addresses only IPv4 is asked for. */
    static String identifiersOf(Order order) {
        List<String> found = new ArrayList<>();
        String email = order.email.strip().toLowerCase(Locale.ROOT);
        if (!email.isEmpty()) {
            found.add("\"email_sha256\":\"%s\"".formatted(sha256(email)));
        }
        if (order.ip.contains(".")) {
            found.add("\"ip\":\"%s\"".formatted(sha256(order.ip.strip())));
        }
        return String.join(",", found);
    }

    static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    static String sha256(String text) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            return HexFormat.of().formatHex(digest.digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException error) {
            throw new AssertionError("every JDK has it", error);
        }
    }

    /** One attempt. */
    static Answer post(String path, String body) throws InterruptedException {
        URI uri = URI.create(URL.replaceAll("/+$", "") + path);
        HttpRequest request = HttpRequest.newBuilder(uri).timeout(TIMEOUT).headers(HEADERS)
                .POST(HttpRequest.BodyPublishers.ofString(body)).build();
        try {
            HttpResponse<String> answer = CLIENT.send(request, HttpResponse.BodyHandlers.ofString());
            String wait = answer.headers().firstValue("Retry-After").filter(s -> s.matches("\\d{1,5}")).orElse("0");
            return new Answer(answer.statusCode(), answer.statusCode() + " " + answer.body(), Long.parseLong(wait));
        } catch (IOException error) {
            return new Answer(0, error.toString(), 0);
        }
    }

    /** The same body until it is accepted, refused, or has failed too often. */
    static Outcome send(String path, String body, String what) throws InterruptedException {
        double wait = 0;
        for (int attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
            Thread.sleep((long) (1000 * wait));
            Answer answer = post(path, body);
            if (answer.status == 200) {
                return Outcome.ACCEPTED;
            }
            if (answer.status != 0 && answer.status != 429 && answer.status < 500) {
                System.err.printf("%s: refused, %s%n", what, answer.text);
                return Outcome.REFUSED;
            }
            System.err.printf("%s: failed, %s%n", what, answer.text);
            double longest = Math.min(BACKOFF_SECONDS * Math.pow(2, attempt), LONGEST_SECONDS);
            wait = Math.max(longest * (0.5 + Math.random() / 2), answer.retryAfterSeconds);
        }
        System.err.printf("%s: given up%n", what);
        return Outcome.GIVEN_UP;
    }
}
