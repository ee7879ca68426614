#!/bin/sh
# A student's server, run as her account in her folder. It gets its own copy of the notebooks, and sees nothing of the
# disk but that folder and, read-only, what it runs on: no other student's folder, no answers, no home of the teacher.
# The limit is for the private memory of each process; Java's own limit for its objects is in the kernel's command.
set -eu
umask 077
if [ ! -d realnvp ]; then
    rm -rf new
    cp -r "$HUB_TOP/notebooks" new
    mv new realnvp
fi
system=""
for folder in /usr /bin /sbin /lib /lib32 /lib64 /etc /opt; do
    [ ! -e "$folder" ] || system="$system --ro-bind $folder $folder"
done
# shellcheck disable=SC2086 # two words after each --ro-bind
exec bwrap $system --dev /dev --proc /proc --size 100000000 --tmpfs /tmp \
    --ro-bind "$HUB_PYTHON_HOME" "$HUB_PYTHON_HOME" --ro-bind "$HUB_JAVA_HOME" "$HUB_JAVA_HOME" --tmpfs "$HUB_TOP" \
    --ro-bind "$HUB_TOP/.venv" "$HUB_TOP/.venv" --ro-bind "$HUB_MADE" "$HUB_MADE" \
    --ro-bind "$HUB_TOP/lib/target/realnvp.jar" "$HUB_TOP/lib/target/realnvp.jar" \
    --ro-bind "$HUB_TOP/lib/target/dependency" "$HUB_TOP/lib/target/dependency" \
    --bind "$HOME" "$HOME" --chdir "$HOME/realnvp" \
    --unshare-pid --unshare-ipc --die-with-parent \
    prlimit --data="$HUB_BYTES" --core=0 \
    "$HUB_PYTHON" -m jupyterhub.singleuser --config="$HUB_MADE/jupyter_server_config.py" "$@"
