#!/bin/sh
# Tells this user's desktop and shells of the program in this folder: menu, double-click, icon, manual, the command
# myapp. `desktop.sh --remove` undoes that. The folder stays where it is; after it was moved, run this again.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P)
data=${XDG_DATA_HOME:-$HOME/.local/share}
command=$HOME/.local/bin/myapp

files() {
    (cd -- "$here/share" && find . -type f ! -name certs.pem | sed 's|^\./||')
}

refresh() {
    for tool in "update-mime-database $data/mime" "update-desktop-database -q $data/applications"; do
        if command -v "${tool%% *}" >/dev/null 2>&1; then
            $tool || true
        fi
    done
}

case ${1-} in
--remove)
    files | while IFS= read -r file; do rm -f -- "$data/$file"; done
    if [ "$(readlink -- "$command" || true)" = "$here/myapp" ]; then rm -f -- "$command"; fi
    refresh
    echo "removed; the folder $here and all documents are still there"
    ;;
'')
    files | while IFS= read -r file; do
        mkdir -p -- "$(dirname -- "$data/$file")"
        cp -- "$here/share/$file" "$data/$file"
    done
    # the desktop starts the program by its place: ~/.local/bin is on the path of some systems only
    quoted=$(printf '%s' "$here/myapp" | sed -e 's/\\/\\\\\\\\/g' -e 's/["`$]/\\\\&/g' -e 's/%/%%/g' -e 's/[&|\\]/\\&/g')
    sed "s|^Exec=myapp|Exec=\"$quoted\"|" "$here/share/applications/myapp.desktop" \
        >"$data/applications/myapp.desktop"
    mkdir -p -- "$(dirname -- "$command")"
    if [ -e "$command" ] && [ ! -L "$command" ]; then
        echo "$command is there already and stays as it is" >&2
    else
        ln -sfn -- "$here/myapp" "$command"
    fi
    refresh
    echo "documents open with a double-click; $command is the command; $0 --remove undoes that"
    ;;
*)
    echo "usage: $0 [--remove]" >&2
    exit 2
    ;;
esac
