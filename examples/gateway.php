<?php

/**
 * `Gateway::sendToUid` and `Gateway::sendToGroup` of GatewayWorker, by the text port: several uids, or a group, in one
 * line, and without the connections that are to be left out.
 *
 *     require 'gateway.php';
 *     Gateway::sendToUid(['u1', 'u2'], ['hello' => 1], $device); // ['uids' => 2, 'delivered' => 1, …]
 *     Gateway::sendToGroup('room-7', ['hello' => 1]); // ['group' => 'room-7', 'delivered' => 3, …]
 *
 * Each returns the counts, or null: nobody got it, or it is not known that anybody did. The address is
 * `Gateway::$endpoint`, TEXT_ENDPOINT, or 127.0.0.1:5678.
 */

declare(strict_types=1);

final class Gateway
{
    private const CONNECT_TIMEOUT_SECONDS = 3;
    private const ANSWER_TIMEOUT_SECONDS = 30;

    public static ?string $endpoint = null;

    /**
     * @param string|int|list<string|int> $uid
     * @param string|list<string> $except devices, or ids of connections
     */
    public static function sendToUid(string|int|array $uid, array $message, string|array $except = []): ?array
    {
        return self::send(['uids' => (array) $uid], $message, $except);
    }

    /** @param string|list<string> $except devices, or ids of connections */
    public static function sendToGroup(string $group, array $message, string|array $except = []): ?array
    {
        return self::send(['group' => $group], $message, $except);
    }

    private static function send(array $to, array $message, string|array $except): ?array
    {
        // An empty list selects nothing, and is refused. An empty message is an object, too.
        $options = $except === [] ? [] : ['except' => $except];
        $line = json_encode([...$to, 'message' => (object) $message, 'counts' => true, ...$options], JSON_THROW_ON_ERROR);
        $answer = self::answerTo($line);
        return $answer === 'fail' ? null : json_decode($answer, true, 512, JSON_THROW_ON_ERROR);
    }

    private static function answerTo(string $line): string
    {
        $endpoint = self::$endpoint ?? (getenv('TEXT_ENDPOINT') ?: '127.0.0.1:5678');
        $client = @stream_socket_client("tcp://$endpoint", $code, $error, self::CONNECT_TIMEOUT_SECONDS);
        if (!$client) {
            throw new RuntimeException("$endpoint can't be reached: $error");
        }
        stream_set_timeout($client, self::ANSWER_TIMEOUT_SECONDS);
        fwrite($client, "$line\n");
        $answer = fgets($client);
        fclose($client);
        if ($answer === false) {
            throw new RuntimeException("$endpoint gave no answer");
        }
        return rtrim($answer);
    }
}
