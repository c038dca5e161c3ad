namespace Headroom.Samples.Journal.Engine;

/// <summary>
/// The journal could not be written or made durable. Whether the transaction holds is known only after the store was
/// opened anew; until then it takes no more commits.
/// </summary>
internal sealed class JournalFailedException(string message, Exception? cause) : IOException(message, cause);
