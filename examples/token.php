<?php

/**
 * Prints a token with which a browser proves its uid, as a PHP backend makes it for the user who is logged in:
 * a JWT, without a package.
 *
 *     php token.php <uid> [secret]
 *
 * The secret can also come from TOKEN_SECRET, where the list of processes doesn't show it.
 * Exit code: 0, or 2 when there is no uid or no secret.
 */

declare(strict_types=1);

const TTL_SECONDS = 3600;

function createToken(string $uid, string $secret): string
{
    $now = time();
    $header = base64Url(json_encode(['alg' => 'HS256', 'typ' => 'JWT'], JSON_THROW_ON_ERROR));
    $claims = base64Url(json_encode(['sub' => $uid, 'iat' => $now, 'exp' => $now + TTL_SECONDS], JSON_THROW_ON_ERROR));
    $signature = base64Url(hash_hmac('sha256', "$header.$claims", $secret, true));
    return "$header.$claims.$signature";
}

function base64Url(string $bytes): string
{
    return rtrim(strtr(base64_encode($bytes), '+/', '-_'), '=');
}

$uid = $argv[1] ?? '';
$secret = $argv[2] ?? (getenv('TOKEN_SECRET') ?: '');
if ($uid === '' || $secret === '') {
    fwrite(STDERR, "usage: php token.php <uid> [secret]; without one the secret is TOKEN_SECRET\n");
    exit(2);
}
echo createToken($uid, $secret) . "\n";
