# Sourced (`. tools/env.sh`, from the checkout's root): what `make setup` installed comes first on PATH.
gatekey_root=${gatekey_root:-$PWD}
for gatekey_bin in "$gatekey_root/.tools/bin" "$gatekey_root/.tools/node/bin"; do
  case ":$PATH:" in
    *":$gatekey_bin:"*) ;;
    *) if [ -d "$gatekey_bin" ]; then PATH=$gatekey_bin:$PATH; fi ;;
  esac
done
unset gatekey_bin
export PATH
