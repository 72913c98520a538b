#!/bin/sh
# Make sure a browser, a Chinese font, npm (for an OpenID provider) and nginx (the proxy of deploy/nginx.conf) with its
# check's openssl and curl are there for the tests; on Debian install them.
set -eu
PATH="$PATH:/usr/sbin"

has_browser() {
  [ -n "${ZHIJIAN_BROWSER:-}" ] && { [ -x "$ZHIJIAN_BROWSER" ] && return 0; return 1; }
  for name in chromium chromium-browser google-chrome google-chrome-stable; do
    command -v "$name" >/dev/null 2>&1 && return 0
  done
  return 1
}

has_font() {
  command -v fc-list >/dev/null 2>&1 && [ -n "$(fc-list :lang=zh family 2>/dev/null)" ]
}

missing() {
  packages=""
  has_browser || packages="chromium"
  has_font || packages="$packages fonts-noto-cjk fontconfig"
  command -v npm >/dev/null 2>&1 || packages="$packages nodejs npm"
  command -v nginx >/dev/null 2>&1 || packages="$packages nginx-light"
  for tool in openssl curl; do
    command -v "$tool" >/dev/null 2>&1 || packages="$packages $tool"
  done
  echo "$packages"
}

needed=$(missing)
[ -z "$needed" ] && exit 0

if [ -n "${ZHIJIAN_BROWSER:-}" ] && ! has_browser; then
  echo "ZHIJIAN_BROWSER names no program: $ZHIJIAN_BROWSER  （所指的浏览器不存在）" >&2
  exit 1
fi

install=""
if command -v apt-get >/dev/null 2>&1; then
  if [ "$(id -u)" = 0 ]; then install="env DEBIAN_FRONTEND=noninteractive apt-get"
  elif sudo -n true 2>/dev/null; then install="sudo -n env DEBIAN_FRONTEND=noninteractive apt-get"
  fi
fi

if [ -n "$install" ]; then
  echo "Installing for the tests  为测试安装：$needed"
  # shellcheck disable=SC2086
  $install update -qq && $install install -y -qq --no-install-recommends $needed >/dev/null || true
  needed=$(missing)
  [ -z "$needed" ] && exit 0
fi

echo "The tests need:  测试缺少：$needed" >&2
echo "  Debian:     sudo apt-get install chromium fonts-noto-cjk fontconfig nodejs npm nginx-light openssl curl" >&2
echo "  elsewhere:  install Chromium or Chrome, the Noto CJK fonts, node with npm, nginx, openssl and curl, then" >&2
echo "              ZHIJIAN_BROWSER=/path/to/chrome make test" >&2
exit 1
