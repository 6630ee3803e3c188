<?php
// Sends orders as purchases, in batches, and tries again what may yet succeed: php send.php orders.csv
// Needs PHP 8.1 with its curl extension.

declare(strict_types=1);

const COLUMNS = ['transaction_id', 'timestamp', 'value', 'currency', 'email', 'ip', 'gpp_string', 'gpp_sid'];
const MOST_ATTEMPTS = 6;
const LONGEST_SECONDS = 60.0;

define('BASE_URL', address('MOCK_CAPI_URL'));
define('API_KEY', setting('MOCK_CAPI_API_KEY'));
define('DATA_SET_ID', setting('MOCK_CAPI_DATA_SET_ID'));
define('BATCH_SIZE', (int) ceil(positive('BATCH_SIZE', '500')));
define('BACKOFF_SECONDS', positive('BACKOFF_SECONDS', '1'));
define('TIMEOUT_SECONDS', positive('TIMEOUT_SECONDS', '10'));

/** Ends before anything is sent. */
function stop(string $reason): never
{
    fwrite(STDERR, "send.php: $reason\n");
    exit(2);
}

function setting(string $name, string $fallback = ''): string
{
    $value = getenv($name) ?: $fallback;
    return $value !== '' ? $value : stop("$name is not set");
}

function address(string $name): string
{
    $value = setting($name);
    return preg_match('~^https?://~', $value) ? rtrim($value, '/') : stop("$name must begin with http:// or https://");
}

function positive(string $name, string $fallback): float
{
    $value = setting($name, $fallback);
    return is_numeric($value) && $value > 0 ? (float) $value : stop("$name must be a number above 0");
}

/** Whole seconds since 1970, of a time in ISO 8601. */
function epochSeconds(string $text): int
{
    if (!preg_match('/^\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:\d\d)$/', $text)) {
        throw new UnexpectedValueException('the timestamp is not in ISO 8601 with a time zone');
    }
    return (new DateTimeImmutable($text))->getTimestamp();
}

/** Who it was, as far as is known, hashed. Of addresses only IPv4 is asked for. */
function identifiersOf(array $order): array
{
    $email = strtolower(trim($order['email']));
    $ip = trim($order['ip']);
    return array_filter([
        'email_sha256' => $email !== '' ? hash('sha256', $email) : null,
        'ip' => str_contains($ip, '.') ? hash('sha256', $ip) : null,
    ]);
}

/** Nothing in an event depends on when it is sent, so it may be sent again. */
function purchase(array $order): array
{
    if (!preg_match('/^\d+(\.\d+)?$/', $order['value'])) {
        throw new UnexpectedValueException('the value is no plain number, such as 129.90');
    }
    $event = [
        'data_set_id' => DATA_SET_ID,
        'timestamp' => epochSeconds($order['timestamp']),
        'event_type' => 'purchase',
        'value' => (float) $order['value'],
        'currency_code' => $order['currency'],
        'identifiers' => identifiersOf($order),
        'custom_data' => ['transaction_id' => $order['transaction_id']],
    ];
    if ($order['gpp_string'] !== '') {
        if (!preg_match('/^\d+( \d+)*$/', $order['gpp_sid'])) {
            throw new UnexpectedValueException('gpp_sid must be the ids of sections, such as 7 8');
        }
        $sections = array_map(intval(...), explode(' ', $order['gpp_sid']));
        $event['privacy'] = ['gpp_string' => $order['gpp_string'], 'gpp_sid' => $sections];
    }
    return $event;
}

/** The event of each order. */
function read(string $path): array
{
    $source = is_dir($path) ? false : @fopen($path, 'r');
    if ($source === false) {
        stop("cannot read $path");
    }
    if (fgetcsv($source, escape: '') !== COLUMNS) {
        stop('line 1: must be ' . implode(',', COLUMNS));
    }
    $events = [];
    for ($line = 2; ($row = fgetcsv($source, escape: '')) !== false; $line++) {
        if ($row === [null]) {
            continue; // an empty line
        }
        try {
            $events[] = purchase(array_combine(COLUMNS, $row));
        } catch (Exception | ValueError $error) {
            stop("line $line: {$error->getMessage()}");
        }
    }
    return $events;
}

/** One attempt: its status, or 0 where there was no answer; what was said; how many seconds to wait. */
function post(string $path, string $body): array
{
    $retryAfter = 0;
    // A handle of its own each time: on one that is used again curl itself would send twice, and at once.
    $curl = curl_init(BASE_URL . $path);
    curl_setopt_array($curl, [
        CURLOPT_POSTFIELDS => $body,
        CURLOPT_HTTPHEADER => [
            'Authorization: Bearer ' . API_KEY,
            'Content-Type: application/json',
            'Accept: application/json',
        ],
        CURLOPT_TIMEOUT_MS => (int) (TIMEOUT_SECONDS * 1000),
        CURLOPT_RETURNTRANSFER => true,
        CURLOPT_HEADERFUNCTION => function ($curl, string $header) use (&$retryAfter): int {
            if (preg_match('/^retry-after: *(\d{1,5})\s*$/i', $header, $found)) {
                $retryAfter = (int) $found[1];
            }
            return strlen($header);
        },
    ]);
    $answer = curl_exec($curl);
    if ($answer === false) {
        return [0, curl_error($curl), 0];
    }
    $status = curl_getinfo($curl, CURLINFO_RESPONSE_CODE);
    return [$status, "$status $answer", $retryAfter];
}

/** The same body until it is accepted, refused, or has failed too often. */
function send(string $path, string $body, string $what): string
{
    $wait = 0;
    for ($attempt = 0; $attempt < MOST_ATTEMPTS; $attempt++) {
        usleep((int) ($wait * 1_000_000));
        [$status, $text, $retryAfter] = post($path, $body);
        if ($status === 200) {
            return 'accepted';
        }
        if ($status !== 0 && $status !== 429 && $status < 500) {
            fwrite(STDERR, "$what: refused, $text\n");
            return 'refused';
        }
        fwrite(STDERR, "$what: failed, $text\n");
        $longest = min(BACKOFF_SECONDS * 2 ** $attempt, LONGEST_SECONDS);
        $wait = max($longest * random_int(500, 1000) / 1000, $retryAfter);
    }
    fwrite(STDERR, "$what: given up\n");
    return 'given up';
}

$orders = read($argv[1] ?? 'php://stdin');
$events = array_values(array_filter($orders, fn (array $event): bool => $event['identifiers'] !== []));
$count = ['accepted' => 0, 'refused' => 0, 'given up' => 0];
foreach (array_chunk($events, BATCH_SIZE) as $place => $batch) {
    [$path, $payload] = count($batch) === 1 ? ['/v1/events', $batch[0]] : ['/v1/events/batch', $batch];
    $first = $place * BATCH_SIZE;
    $what = sprintf('events %d to %d', $first + 1, $first + count($batch));
    $count[send($path, json_encode($payload, JSON_THROW_ON_ERROR), $what)] += count($batch);
}
printf(
    "%d orders: %d accepted, %d refused, %d given up, %d left out since they name nobody\n",
    count($orders), $count['accepted'], $count['refused'], $count['given up'], count($orders) - count($events),
);
exit($count['accepted'] === count($events) ? 0 : 1);
