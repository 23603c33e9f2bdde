const absent = () => {
  throw new Error("libsignal is not installed here: only its names are")
}

// Named one by one: that is how Node finds what a CommonJS module exports.
exports.calculateMAC = absent
exports.decrypt = absent
exports.deriveSecrets = absent
exports.encrypt = absent
exports.hash = absent
exports.verifyMAC = absent
