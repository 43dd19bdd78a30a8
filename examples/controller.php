<?php

/**
 * Pushes a text to a user, as any PHP controller can: one JSON line over TCP, and one line comes back.
 *
 *     php controller.php <uid> <text> [host:port]
 *
 * The address can also come from TEXT_ENDPOINT; without either it is 127.0.0.1:5678.
 * Exit code: 0 for `ok`, 1 for `fail` (no browser of this uid took it), 2 when there is no answer.
 */

declare(strict_types=1);

const CONNECT_TIMEOUT_SECONDS = 3;
const ANSWER_TIMEOUT_SECONDS = 30;

function push(string $endpoint, array $message): string
{
    $client = @stream_socket_client("tcp://$endpoint", $code, $error, CONNECT_TIMEOUT_SECONDS);
    if (!$client) {
        throw new RuntimeException("$endpoint can't be reached: $error");
    }
    stream_set_timeout($client, ANSWER_TIMEOUT_SECONDS);

    // json_encode writes line breaks as \n, so the message is one line whatever the text is.
    fwrite($client, json_encode($message, JSON_THROW_ON_ERROR) . "\n");
    $answer = fgets($client);
    fclose($client);

    if ($answer === false) {
        throw new RuntimeException("$endpoint gave no answer");
    }
    return rtrim($answer);
}

if ($argc < 3) {
    fwrite(STDERR, "usage: php controller.php <uid> <text> [host:port]\n");
    exit(2);
}

$endpoint = $argv[3] ?? (getenv('TEXT_ENDPOINT') ?: '127.0.0.1:5678');
try {
    $answer = push($endpoint, ['uid' => $argv[1], 'text' => $argv[2]]);
} catch (RuntimeException | JsonException $trouble) {
    fwrite(STDERR, $trouble->getMessage() . "\n");
    exit(2);
}
echo "$answer\n";
exit($answer === 'ok' ? 0 : 1);
