#!/bin/sh
# copy-scripts.sh FOLDER: what the modules read beside them goes with them.
set -eu
cd "$(dirname "$0")/.."
find cli core hosts places probes provider survey -name '*.sh' | while IFS= read -r file; do
  cp "$file" "$1/$file"
done
