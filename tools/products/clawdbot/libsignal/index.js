// Names alone: clawdbot's WhatsApp channel imports them at start and calls them only when that channel runs.
class Absent {
  constructor() {
    throw new Error("libsignal is not installed here: only its names are")
  }
}

module.exports = { ProtocolAddress: Absent, SessionBuilder: Absent, SessionCipher: Absent, SessionRecord: Absent }
