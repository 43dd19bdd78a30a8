<?php

// Receives events of presence as webhooks, and says who is online. It needs no package.
// WEBHOOK_SECRET=<secret> php -S 127.0.0.1:9000 examples/presence.php
// curl http://127.0.0.1:9000/

declare(strict_types=1);

$secret = preg_replace('/^whsec_/', '', (string) getenv('WEBHOOK_SECRET'));
$key = base64_decode($secret, true);
if ($key === false || strlen($key) < 24) {
    http_response_code(500);
    exit("Set WEBHOOK_SECRET to the secret of the output PresenceWebhookSecretName.\n");
}

/** https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md */
function isSigned(string $body, string $key): bool
{
    $id = $_SERVER['HTTP_WEBHOOK_ID'] ?? '';
    $timestamp = $_SERVER['HTTP_WEBHOOK_TIMESTAMP'] ?? '';
    if (!ctype_digit($timestamp) || abs(time() - (int) $timestamp) > 300) {
        return false;
    }
    $expected = 'v1,' . base64_encode(hash_hmac('sha256', "$id.$timestamp.$body", $key, true));
    foreach (explode(' ', $_SERVER['HTTP_WEBHOOK_SIGNATURE'] ?? '') as $signature) {
        if (hash_equals($expected, $signature)) {
            return true;
        }
    }
    return false;
}

// The event with the highest epoch of each uid, in a file. A service keeps it in its database.
$file = fopen(getenv('PRESENCE_FILE') ?: sys_get_temp_dir() . '/presence.json', 'c+');
flock($file, LOCK_EX);
$latest = json_decode(stream_get_contents($file) ?: '{}', true);

if ($_SERVER['REQUEST_METHOD'] === 'GET') {
    $online = array_filter($latest, fn (array $event) => $event['isOnline']);
    exit(json_encode(['online' => array_map('strval', array_keys($online))]) . "\n");
}

$body = file_get_contents('php://input');
if (!isSigned($body, $key)) {
    http_response_code(401);
    exit;
}

// Events may come twice, and an old one after a newer one: the highest epoch is the truth.
['uid' => $uid, 'epoch' => $epoch, 'type' => $type] = json_decode($body, true, 512, JSON_THROW_ON_ERROR);
if ($epoch > ($latest[$uid]['epoch'] ?? 0)) {
    $latest[$uid] = ['epoch' => $epoch, 'isOnline' => $type === 'user.online'];
    ftruncate($file, 0);
    rewind($file);
    fwrite($file, json_encode($latest, JSON_THROW_ON_ERROR));
}
http_response_code(204);
