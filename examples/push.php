<?php

/**
 * Pushes a text to a user over HTTP, with the secret of a deployment that has pushAuth=secret.
 *
 *     PUSH_URL=https://…/ PUSH_SECRET=… php push.php <uid> <text>
 *
 * Without PUSH_URL it is the local stack, http://127.0.0.1:8080/.
 * Exit code: 0 when a browser got it, 1 when none did, 2 when there is no result.
 */

declare(strict_types=1);

function push(array $message): array
{
    $secret = getenv('PUSH_SECRET') ?: '';
    $context = stream_context_create(['http' => [
        'method' => 'POST',
        'header' => "Content-Type: application/json\r\nAuthorization: Bearer $secret",
        'content' => json_encode($message, JSON_THROW_ON_ERROR),
        'timeout' => 30,
        'ignore_errors' => true, // An error has a body that says what is wrong.
    ]]);
    $body = @file_get_contents((getenv('PUSH_URL') ?: 'http://127.0.0.1:8080/') . 'push', false, $context);
    if ($body === false) {
        throw new RuntimeException('the push URL can\'t be reached');
    }
    $result = json_decode($body, true, 512, JSON_THROW_ON_ERROR);
    if (!isset($result['delivered'])) {
        throw new RuntimeException("{$result['code']}: {$result['detail']}");
    }
    return $result;
}

if ($argc < 3) {
    fwrite(STDERR, "usage: php push.php <uid> <text>\n");
    exit(2);
}

try {
    $result = push(['uid' => $argv[1], 'text' => $argv[2]]);
} catch (RuntimeException | JsonException $trouble) {
    fwrite(STDERR, $trouble->getMessage() . "\n");
    exit(2);
}
echo json_encode($result) . "\n";
exit($result['delivered'] > 0 ? 0 : 1);
