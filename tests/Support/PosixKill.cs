using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Headroom.Support;

/// <summary>Signals that <see cref="Process"/> cannot send.</summary>
internal static partial class PosixKill
{
    private const int SigTerm = 15;

    /// <summary>Asks the process to stop, as a supervisor does.</summary>
    /// <exception cref="Win32Exception">There is no such process any more.</exception>
    public static void Terminate(int processId)
    {
        if (Kill(processId, SigTerm) != 0)
        {
            throw new Win32Exception(Marshal.GetLastPInvokeError());
        }
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int processId, int signal);
}
