const absent = () => {
  throw new Error("libsignal is not installed here: only its names are")
}

// Named one by one: that is how Node finds what a CommonJS module exports.
exports.calculateAgreement = absent
exports.calculateSignature = absent
exports.createKeyPair = absent
exports.generateKeyPair = absent
exports.signedKeyPair = absent
exports.verifySignature = absent
