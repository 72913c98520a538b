#!/bin/sh
# Whether a served installation speaks TLS 1.2 or newer only, sends HSTS, and names nothing of what serves it.
set -eu
host=${1:?"Usage: check_tls.sh HOST [PORT]  用法：check_tls.sh 主机 [端口]"}
port=${2:-443}
bad=0

complain() { echo "fault: $1"; bad=1; }

for old in tls1 tls1_1; do
    if echo | openssl s_client -connect "$host:$port" -servername "$host" "-$old" -cipher 'DEFAULT:@SECLEVEL=0' 2>/dev/null \
        | grep -q 'Cipher is [A-Z]'; then
        complain "$old is accepted  仍接受旧协议 $old"
    fi
done
echo | openssl s_client -connect "$host:$port" -servername "$host" -tls1_2 2>/dev/null | grep -q 'Cipher is [A-Z]' \
    || complain "TLS 1.2 is refused  不接受 TLS 1.2"

heads=$(curl -sSkI "https://$host:$port/sign-in")
echo "$heads" | grep -qi '^strict-transport-security:.*max-age=31536000' || complain "no HSTS  缺少 HSTS"
echo "$heads" | grep -i '^set-cookie:' | grep -vqi 'secure' && complain "a cookie without Secure  Cookie 未标记 Secure"
echo "$heads" | grep -Eqi '^(server|x-powered-by):.*[0-9]+\.[0-9]+' && complain "a version in a header  响应头泄露版本"
[ "$bad" = 0 ] && echo "ok  通过"
exit "$bad"
